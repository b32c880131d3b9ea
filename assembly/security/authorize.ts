import { refuseEvent } from "../commons/refuse";
import { findPlan } from "../definition/plans";
import { memberNamed } from "../json/members";
import { JsonKind, JsonNode, isString } from "../json/node";
import { readJson } from "../json/reader";
import { words } from "../kernel/emit";
import { scratch } from "../memory/scratch";
import { AuthorizeEvent } from "../protocol/events";
import { Outcome, STRING_ELEMENT_SIZE, StringElement } from "../protocol/types";
import { isWord, sameBytes } from "../text/slice";
import { takeOne } from "./bucket";
import { at, fits, fitsAt, flagAt, isOn, rulesOf } from "./rules";
import { emitAudit, emitVerdict, openVerdict, verdict } from "./verdict";

// What somebody may do (R22): policies, of which one that denies beats those that allow, and these the default; without policies what their roles
// may. Whoever has no role is a user.

export function authorizeEvent(event: AuthorizeEvent, place: u32, now: u64): void {
  const plan = findPlan(event.definition);
  if (plan === null) {
    words.clear().ascii("there is no definition ").integer(event.definition);
    return refuseEvent(place, event.tag, 0, "unknown-definition");
  }
  const record = changetype<usize>(event);
  openVerdict(event.tag, event.definition);
  verdict.principal = record + event.principalAt;
  verdict.principalLength = event.principalLength;
  const rules = rulesOf(plan);
  if (rules !== null) {
    if (!takeOne(at(rules, "rate_limiting"), event.left, event.since, now)) verdict.outcome = Outcome.Limited;
    else if (isOn(rules, "authorization") && !mayDo(event, rules)) verdict.outcome = Outcome.Forbidden;
    if (isOn(rules, "audit")) emitAudit(record + event.actionAt, event.actionLength, record + event.resourceAt, event.resourceLength);
  }
  emitVerdict();
}

function mayDo(event: AuthorizeEvent, rules: JsonNode): bool {
  const record = changetype<usize>(event);
  const byDefault = !flagAt(at(rules, "authorization"), "default_deny", true);
  if (!event.policiesLength) {
    if (mayByRole(event, at(rules, "rbac")) || byDefault) return true;
    words.ascii("none of their roles may do that");
    return false;
  }
  const policies = listOf(readJson(scratch, record + event.policiesAt, event.policiesLength).root);
  if (policies === null) {
    words.ascii("the policies are no list");
    return false;
  }
  let allowed = false;
  for (let policy = policies.first; policy; policy = policy.next) {
    const effect = at(policy, "effect");
    const denies = effect === null || !isString(effect, "allow");
    if (!concerns(policy, event, denies)) continue;
    if (denies) {
      words.clear().ascii("a policy denies it");
      return false;
    }
    allowed = true;
  }
  if (allowed || byDefault) return true;
  words.ascii("no policy allows it");
  return false;
}

/** The policies themselves, or those under `policies`. */
function listOf(root: JsonNode | null): JsonNode | null {
  const list = root !== null && root.kind == JsonKind.Object ? memberNamed(root, "policies") : root;
  return list !== null && list.kind == JsonKind.Array ? list : null;
}

/** Whether a policy is about this; one that does not say about what is about nothing if it allows, and about everything if it denies. */
function concerns(policy: JsonNode, event: AuthorizeEvent, denies: bool): bool {
  const record = changetype<usize>(event);
  if (!fitsAt(policy, "resource", record + event.resourceAt, event.resourceLength, denies)) return false;
  if (!fitsAt(policy, "action", record + event.actionAt, event.actionLength, denies)) return false;
  if (fitsAt(policy, "principal", record + event.principalAt, event.principalLength, denies)) return true;
  const wanted = at(policy, "principal");
  if (wanted === null || wanted.length < 5 || !isWord(wanted.at, 5, "role:")) return false;
  for (let i: u32 = 0; i < event.rolesCount; i++) {
    const role = roleAt(event, i);
    if (fits(wanted.at + 5, wanted.length - 5, record + role.at, role.length)) return true;
  }
  return false;
}

function roleAt(event: AuthorizeEvent, place: u32): StringElement {
  return changetype<StringElement>(changetype<usize>(event) + event.rolesAt + place * STRING_ELEMENT_SIZE);
}

// ---- roles ----

function mayByRole(event: AuthorizeEvent, rbac: JsonNode | null): bool {
  const own = flagAt(rbac, "enabled", true) ? at(rbac, "roles") : null;
  if (!event.rolesCount) return isAction(event, "run") || isAction(event, "read");
  for (let i: u32 = 0; i < event.rolesCount; i++) {
    const role = roleAt(event, i);
    const name = changetype<usize>(event) + role.at;
    const declared = roleNamed(own, name, role.length);
    if (declared === null) {
      if (permitsBuiltIn(event, name, role.length)) return true;
    } else if (permits(declared, event)) return true;
  }
  return false;
}

/** admin may do everything, user run and read, readonly read. */
function permitsBuiltIn(event: AuthorizeEvent, name: usize, length: u32): bool {
  if (isWord(name, length, "admin")) return true;
  const reads = isAction(event, "read");
  if (isWord(name, length, "user")) return reads || isAction(event, "run");
  return reads && isWord(name, length, "readonly");
}

function isAction(event: AuthorizeEvent, word: string): bool {
  return isWord(changetype<usize>(event) + event.actionAt, event.actionLength, word);
}

function roleNamed(roles: JsonNode | null, name: usize, length: u32): JsonNode | null {
  if (roles === null) return null;
  for (let role = roles.first; role; role = role.next) if (fitsExactly(at(role, "name"), name, length)) return role;
  return null;
}

function fitsExactly(text: JsonNode | null, name: usize, length: u32): bool {
  return text !== null && sameBytes(text.at, text.length, name, length);
}

/** A permission is an action, or `resource:action`; `*` is any text in both. */
function permits(role: JsonNode, event: AuthorizeEvent): bool {
  const permissions = at(role, "permissions");
  if (permissions === null) return false;
  const record = changetype<usize>(event);
  for (let each = permissions.first; each; each = each.next) {
    let colon: u32 = 0;
    for (let i: u32 = 0; i < each.length; i++) if (load<u8>(each.at + i) == 0x3a) colon = i + 1;
    if (!fits(each.at + colon, each.length - colon, record + event.actionAt, event.actionLength)) continue;
    if (!colon || fits(each.at, colon - 1, record + event.resourceAt, event.resourceLength)) return true;
  }
  return false;
}
