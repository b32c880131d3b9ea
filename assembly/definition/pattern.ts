import { checkFlow } from "./check";
import { child, Doc, DocFlag, DocType, firstItem, textOf } from "./doc";
import { docAt, removeChild } from "./edit";
import { entryExtra, entryIs, entryOf, entrySpec, specA } from "./grammar";
import { expandRouter } from "./pattern-choice";
import { expandDebate } from "./pattern-debate";
import { expandHierarchical } from "./pattern-hierarchical";
import { expandAggregation, expandEnsemble, expandParallel, expandSequential } from "./pattern-parallel";
import { expandPanel } from "./pattern-panel";
import { expandRag } from "./pattern-rag";
import { expandReflection } from "./pattern-reflection";
import { openScope, putPattern } from "./pattern-scope";
import { expandSupervisor } from "./pattern-supervisor";
import { expandSwarm } from "./pattern-swarm";
import { put, putCopy } from "./pattern-terms";
import { expandMapReduce, expandNested, expandPlanning } from "./pattern-work";
import { add, complain, complainKey, errorCount, putWord } from "./problems";
import { EntryFlag, Key, Message, Pattern, ROOT_SPEC } from "./table";

// A pattern becomes the flow it means, so that one interpreter runs every pattern and every flow. The tree has been checked; what comes out has
// been, too, and takes the pattern's place.

const PATTERNS: u32 = 15;

export function expandPattern(root: Doc): void {
  const orchestration = child(root, Key.Orchestration);
  const pattern = textOf(orchestration, Key.Pattern);
  refuseUnused(root, pattern);
  const panel = expandPanel(root, orchestration === null && child(root, Key.Flow) === null);
  if (panel !== null) putFlow(root, panel);
  if (orchestration === null || orchestration.type != <u8>DocType.Map) return;
  if (pattern === null) {
    if (child(orchestration, Key.Pattern) !== null) return;
    complain(Message.MissingKey, orchestration);
    return putWord(Key.Pattern);
  }
  if (child(root, Key.Flow) !== null || <u64>pattern.number >= PATTERNS) return;
  const config = child(orchestration, Key.Config);
  if (!checkParameters(pattern, config)) return;
  openScope(root, pattern, config);
  const before = errorCount();
  const node = expand(<Pattern>pattern.number);
  if (node === null || errorCount() > before) return;
  finish(root, orchestration, config, pattern, node);
}

function expand(pattern: Pattern): Doc | null {
  switch (pattern) {
    case Pattern.Supervisor:
      return expandSupervisor();
    case Pattern.Sequential:
      return expandSequential();
    case Pattern.Parallel:
      return expandParallel();
    case Pattern.Router:
      return expandRouter(true);
    case Pattern.Swarm:
      return expandSwarm();
    case Pattern.Hierarchical:
      return expandHierarchical();
    case Pattern.Rag:
      return expandRag();
    case Pattern.Reflection:
      return expandReflection();
    case Pattern.Ensemble:
      return expandEnsemble();
    case Pattern.Classifier:
      return expandRouter(false);
    case Pattern.Aggregation:
      return expandAggregation();
    case Pattern.Planning:
      return expandPlanning();
    case Pattern.Mapreduce:
      return expandMapReduce();
    case Pattern.Debate:
      return expandDebate();
    default:
      return expandNested();
  }
}

/** The flow in the pattern's place, under the pattern's deadline and bound. */
function finish(root: Doc, orchestration: Doc, config: Doc | null, pattern: Doc, node: Doc): void {
  if (pattern.number != Pattern.Parallel) putCopy(node, Key.Deadline, child(config, Key.Timeout));
  removeChild(root, orchestration);
  putFlow(root, node);
  if (pattern.number != Pattern.Supervisor) limitActivations(root);
}

function putFlow(root: Doc, node: Doc): void {
  put(root, Key.Flow, node);
  node.flags = <u8>DocFlag.Inherited;
  checkFlow(node);
}

/** `supervisor.max_rounds` of a pattern without rounds (R47). */
function limitActivations(root: Doc): void {
  const supervisor = child(root, Key.Supervisor);
  const rounds = child(supervisor, Key.MaxRounds);
  if (rounds === null) return;
  removeChild(supervisor!, rounds);
  if (!supervisor!.count) removeChild(root, supervisor!);
  let limits = child(root, Key.Limits);
  if (limits === null) {
    limits = docAt(rounds, DocType.Map);
    put(root, Key.Limits, limits);
  }
  const own = child(limits, Key.Activations);
  if (own === null) put(limits, Key.Activations, rounds);
  else own.number = min(own.number, rounds.number);
}

// ---- what belongs to another pattern ----

function configSpec(): u32 {
  const orchestration = entrySpec(entryOf(specA(ROOT_SPEC), Key.Orchestration));
  return entrySpec(entryOf(specA(orchestration), Key.Config));
}

/** Refuses parameters of other patterns; false if there are any. */
function checkParameters(pattern: Doc, config: Doc | null): bool {
  if (config === null) return true;
  let fine = true;
  for (let each: Doc | null = config.firstChild(); each !== null; each = each!.nextSibling()) {
    const entry = entryOf(specA(configSpec()), each.key);
    const owners = entryExtra(entry);
    if (!entryIs(entry, EntryFlag.Patterns) || (owners >> <u32>pattern.number) & 1) continue;
    fine = false;
    complainKey(Message.WrongPattern, each);
    putPattern(<u32>pattern.number);
    let first = true;
    for (let owner: u32 = 0; owner < PATTERNS; owner++) {
      if (!((owners >> owner) & 1)) continue;
      add(first ? Message.FirstWord : Message.NextWord);
      putPattern(owner);
      first = false;
    }
  }
  return fine;
}

/** Keys outside of the pattern's own that only one pattern reads. */
function refuseUnused(root: Doc, pattern: Doc | null): void {
  const supervisor = child(root, Key.Supervisor);
  if (pattern === null || pattern.number != Pattern.Supervisor) {
    warn(child(supervisor, Key.RoutingStrategy), Pattern.Supervisor);
    warn(child(supervisor, Key.SystemPrompt), Pattern.Supervisor);
    if (pattern !== null) warn(child(supervisor, Key.FailureMode), Pattern.Supervisor);
  }
  if (pattern !== null && pattern.number == Pattern.Swarm) return;
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling()) warn(child(agent, Key.Transfers), Pattern.Swarm);
}

function warn(value: Doc | null, pattern: Pattern): void {
  if (value === null) return;
  complainKey(Message.NotInPattern, value);
  putPattern(<u32>pattern);
}
