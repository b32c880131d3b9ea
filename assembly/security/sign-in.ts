import { refuseEvent } from "../commons/refuse";
import { findPlan } from "../definition/plans";
import { JsonNode } from "../json/node";
import { words } from "../kernel/emit";
import { SignInEvent } from "../protocol/events";
import { Evidence, Outcome } from "../protocol/types";
import { at, flagAt, isAt, isOn, lists, listsAny, rulesOf } from "./rules";
import { emitAudit, emitVerdict, openVerdict, verdict } from "./verdict";

// Who somebody is. The host has looked at signatures and keys; what counts, and in which order, is decided here (R51): a proxy's header if it is
// there, and a forged one is refused without a second try; else the key or token.

const SIGN_IN: usize = memory.data<u8>([0x73, 0x69, 0x67, 0x6e, 0x2d, 0x69, 0x6e]);

export function signInEvent(event: SignInEvent, place: u32): void {
  const plan = findPlan(event.definition);
  if (plan === null) {
    words.clear().ascii("there is no definition ").integer(event.definition);
    return refuseEvent(place, event.tag, 0, "unknown-definition");
  }
  openVerdict(event.tag, event.definition);
  const rules = rulesOf(plan);
  if (rules !== null) {
    verdict.outcome = outcomeOf(event, rules);
    if (flagAt(at(rules, "rate_limiting"), "per_user", false)) {
      verdict.bucket = verdict.principal;
      verdict.bucketLength = verdict.principalLength;
    }
    if (isOn(rules, "audit") && flagAt(at(rules, "audit"), "log_auth_decisions", false)) emitAudit(SIGN_IN, 7, 0, 0);
  }
  emitVerdict();
}

function outcomeOf(event: SignInEvent, rules: JsonNode): Outcome {
  if (isAt(rules, "auth_mode", "disabled")) return Outcome.Allowed;
  const hybrid = isAt(rules, "auth_mode", "hybrid");
  if (hybrid || isAt(rules, "auth_mode", "delegated")) {
    if (event.proxy != <u8>Evidence.Absent) return byProxy(event, at(at(rules, "delegated_auth"), "iap"));
    if (!hybrid) return turnedAway("nobody has signed in at the proxy");
  }
  const record = changetype<usize>(event);
  verdict.byKey = true;
  if (event.key == <u8>Evidence.Absent) return turnedAway("there is no key or token");
  if (event.key != <u8>Evidence.Valid) return turnedAway("the key or token is not known");
  verdict.principal = record + event.keyNameAt;
  verdict.principalLength = event.keyNameLength;
  return verdict.principalLength ? Outcome.Allowed : turnedAway("the key or token names nobody");
}

function byProxy(event: SignInEvent, iap: JsonNode | null): Outcome {
  const record = changetype<usize>(event);
  if (event.proxy == <u8>Evidence.Invalid) return turnedAway("the proxy's signature is not good");
  if (event.proxy != <u8>Evidence.Valid && flagAt(iap, "verify_jwt", false)) return turnedAway("the proxy has not signed");
  cutProvider(record + event.proxyNameAt, event.proxyNameLength);
  if (!verdict.principalLength) return turnedAway("the proxy names nobody");
  const domains = at(iap, "allowed_domains");
  if (domains !== null && domains.count && !isOfDomain(domains)) return forbidden("their domain is not let in");
  const roles = at(iap, "required_roles");
  if (roles !== null && roles.count && !listsAny(roles, record, event.proxyRolesAt, event.proxyRolesCount))
    return forbidden("they have none of the roles that are let in");
  return Outcome.Allowed;
}

/** `accounts.google.com:ann@example.com` is ann@example.com. */
function cutProvider(name: usize, length: u32): void {
  let begin: u32 = 0;
  for (let i: u32 = 0; i < length; i++) if (load<u8>(name + i) == 0x3a) begin = i + 1;
  verdict.principal = name + begin;
  verdict.principalLength = length - begin;
}

function isOfDomain(domains: JsonNode): bool {
  let begin: u32 = 0;
  for (let i: u32 = 0; i < verdict.principalLength; i++) if (load<u8>(verdict.principal + i) == 0x40) begin = i + 1;
  return begin != 0 && lists(domains, verdict.principal + begin, verdict.principalLength - begin, true);
}

function turnedAway(why: string): Outcome {
  words.ascii(why);
  return Outcome.Unauthenticated;
}

function forbidden(why: string): Outcome {
  words.ascii(why);
  return Outcome.Forbidden;
}
