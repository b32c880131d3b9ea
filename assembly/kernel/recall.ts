import { agentPlanAt } from "../definition/plan";
import { GROUP_LANE, newTalk, transcriptOf } from "../flow/talk";
import { memberNamed } from "../json/members";
import { JsonKind, JsonNode, isString } from "../json/node";
import { readJson } from "../json/reader";
import { newArena } from "../memory/arena";
import { scratch } from "../memory/scratch";
import { RecalledEvent } from "../protocol/events";
import { PartKind, PartRole } from "../protocol/types";
import { sameBytes } from "../text/slice";
import { agentAt } from "./agent";
import { Run } from "./run";
import { TURNS, isGroupsName } from "./session";
import { newText } from "./text";
import { addPart, closeCall, newTranscript, partAt, transcriptAt } from "./transcript";
import { kindWord, roleWord } from "./turn-text";

// What a session holds becomes what agents have heard and said. It comes from a store, which anybody may have written to: a turn that is none (a
// call without its result, a part of no known kind) is passed over as a whole, so that no transcript can hold what the engine itself would not have
// put there.

/** Of each turn, whose it is; of each agent or group, how many turns there are yet to come. */
const counts = newArena();

const NOBODY: u32 = u32.MAX_VALUE;

/** Gives how many turns were none. */
export function recallTurns(run: Run, event: RecalledEvent): u32 {
  counts.free();
  const lanes = run.agentCount + (changetype<usize>(run.plan.flow) ? run.plan.flow.termCount : 0);
  const left = counts.allocate(lanes << 2);
  const owners = counts.allocate(event.turnsCount << 2);
  let none: u32 = 0;
  for (let i: u32 = 0; i < event.turnsCount; i++) {
    const turn = turnAt(event, i);
    const lane = turn === null || !isTurn(turn) ? NOBODY : laneOf(run, turn);
    store<u32>(owners + (i << 2), lane);
    if (lane < lanes) store<u32>(left + (lane << 2), load<u32>(left + (lane << 2)) + 1);
    else if (lane == NOBODY) none++;
  }
  if (changetype<usize>(run.plan.flow)) run.recalled = newTalk(run, 0);
  for (let i: u32 = 0; i < event.turnsCount; i++) {
    const lane = load<u32>(owners + (i << 2));
    if (lane >= lanes) continue;
    const rest = load<u32>(left + (lane << 2));
    store<u32>(left + (lane << 2), rest - 1);
    if (rest <= TURNS) addTurn(run, transcriptFor(run, lane), lane, turnAt(event, i)!);
  }
  return none;
}

function turnAt(event: RecalledEvent, index: u32): JsonNode | null {
  const at = changetype<usize>(event);
  const pair = at + event.turnsAt + (index << 3);
  scratch.free();
  return readJson(scratch, at + load<u32>(pair), load<u32>(pair, 4)).root;
}

/** An agent that keeps its conversations, or a term whose agents share one, behind the agents; one behind all of them: somebody who is not here. */
function laneOf(run: Run, turn: JsonNode): u32 {
  const name = memberNamed(turn, "agent")!;
  for (let i: u32 = 0; i < run.agentCount; i++) {
    const agent = agentPlanAt(run.plan, i);
    if (agent.session && sameBytes(agent.name, agent.nameLength, name.at, name.length)) return i;
  }
  const terms: u32 = changetype<usize>(run.plan.flow) ? run.plan.flow.termCount : 0;
  for (let i: u32 = 0; i < terms; i++) if (isGroupsName(run, i, name.at, name.length)) return run.agentCount + i;
  return NOBODY - 1;
}

function transcriptFor(run: Run, lane: u32): u32 {
  if (run.recalled) return transcriptOf(run, run.recalled, lane < run.agentCount ? lane : GROUP_LANE | (lane - run.agentCount));
  if (!agentAt(run, lane).transcript) {
    const transcript = newTranscript(run);
    agentAt(run, lane).transcript = transcript;
  }
  return agentAt(run, lane).transcript;
}

/** Whether it is a whole turn: each call is followed by its result, in the order of the calls, before anything else is said. */
function isTurn(turn: JsonNode): bool {
  const agent = memberNamed(turn, "agent");
  const parts = memberNamed(turn, "parts");
  if (agent === null || agent.kind != JsonKind.String || parts === null || parts.kind != JsonKind.Array || !parts.count) return false;
  // The first call that has no result yet.
  let call = changetype<JsonNode>(0);
  let settling = false;
  for (let part = parts.first; part; part = part.next) {
    const role = roleOf(part);
    const kind = kindOf(part);
    if (role == NOBODY || kind == NOBODY || !areTexts(part)) return false;
    if (role == <u32>PartRole.Tool) {
      if (!changetype<usize>(call) || kind < <u32>PartKind.ToolResult || !sameId(call, part)) return false;
      call = nextCall(call.next);
      settling = changetype<usize>(call) != 0;
      continue;
    }
    if (settling || (role == <u32>PartRole.User && (kind != <u32>PartKind.Text || changetype<usize>(call) != 0)) || kind > <u32>PartKind.ToolCall) return false;
    if (kind == <u32>PartKind.ToolCall && !changetype<usize>(call)) call = part;
  }
  return !changetype<usize>(call);
}

/** The next call of the same answer. */
function nextCall(from: JsonNode): JsonNode {
  let part = from;
  while (roleOf(part) == <u32>PartRole.Assistant && kindOf(part) != <u32>PartKind.ToolCall) part = part.next;
  return roleOf(part) == <u32>PartRole.Assistant ? part : changetype<JsonNode>(0);
}

function sameId(a: JsonNode, b: JsonNode): bool {
  const one = memberNamed(a, "id");
  const other = memberNamed(b, "id");
  if (one === null || other === null) return one === other;
  return sameBytes(one.at, one.length, other.at, other.length);
}

function roleOf(part: JsonNode): u32 {
  const role = memberNamed(part, "role");
  if (role === null) return NOBODY;
  for (let i: u32 = <u32>PartRole.User; i <= <u32>PartRole.Tool; i++) if (isString(role, roleWord(i))) return i;
  return NOBODY;
}

function kindOf(part: JsonNode): u32 {
  const kind = memberNamed(part, "kind");
  if (kind === null) return <u32>PartKind.Text;
  for (let i: u32 = 0; i <= <u32>PartKind.ToolError; i++) if (isString(kind, kindWord(i))) return i;
  return NOBODY;
}

function areTexts(part: JsonNode): bool {
  for (let each = part.first; each; each = each.next) if (each.kind != JsonKind.String) return false;
  return true;
}

function addTurn(run: Run, transcript: u32, lane: u32, turn: JsonNode): void {
  const author = lane < run.agentCount ? lane + 1 : 0;
  let open = transcriptAt(run, transcript).tail;
  for (let each = memberNamed(turn, "parts")!.first; each; each = each.next) {
    const role = <PartRole>roleOf(each);
    const ref = addPart(
      run,
      transcript,
      role,
      <PartKind>kindOf(each),
      field(run, each, "text"),
      field(run, each, "id"),
      field(run, each, "name"),
      field(run, each, "metadata"),
    );
    if (role != PartRole.User) partAt(run, ref).author = author;
    if (role != PartRole.Tool) continue;
    open = open ? partAt(run, open).next : transcriptAt(run, transcript).head;
    while (partAt(run, open).kind != PartKind.ToolCall) open = partAt(run, open).next;
    closeCall(run, transcript, open);
  }
}

function field(run: Run, part: JsonNode, name: string): u32 {
  const value = memberNamed(part, name);
  return value === null ? 0 : newText(run, value.at, value.length);
}
