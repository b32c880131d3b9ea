import { AggregatorPlan, PORT, SourcePlan, agentPlanAt, portAt, sourceAt } from "../definition/plan";
import { Strategy } from "../definition/table";
import { JsonKind, JsonNode } from "../json/node";
import { memberNamed } from "../json/members";
import { fitsUnits, toUnits } from "../json/decimal";
import { readJson } from "../json/reader";
import { scratch } from "../memory/scratch";
import { OUTSIDE } from "../kernel/agent";
import { words } from "../kernel/emit";
import { messageAt } from "../kernel/message";
import { Run } from "../kernel/run";
import { textBytes, textLength } from "../kernel/text";
import { newBuilder } from "../text/builder";
import { foldText } from "../text/fold";
import { sameBytes } from "../text/slice";
import { Batch } from "./aggregator";
import { ratio } from "./ratio";

// What a batch comes to, without a model: votes and concatenation. Everything is counted in whole numbers, and every tie falls to the input
// that was declared first.

const ONE: i64 = 1_000_000_000;
const HALF: i64 = 500_000_000;

/** An input as a vote. */
@unmanaged
class Vote {
  sender: u32;
  /** Its answer as written, and as it is compared. */
  text: usize;
  length: u32;
  folded: usize;
  foldedLength: u32;
  confidence: i64;
  weight: i64;
  /** Of the first vote for an answer: votes, confidence and weight of all for it. */
  count: u32;
  sumConfidence: i64;
  sumWeight: i64;
  /** The first vote for the same answer. */
  first: u32;
}

const folder = newBuilder();

function voteAt(votes: usize, index: u32): Vote {
  return changetype<Vote>(votes + index * offsetof<Vote>());
}

/** The result as JSON in `words`; false: there is none, and `words` says why. */
export function decide(run: Run, batch: Batch, plan: AggregatorPlan): bool {
  let count: u32 = 0;
  for (let ref = batch.head; ref; ref = messageAt(run, ref).next) count++;
  if (!count) {
    words.clear().ascii("no input came");
    return false;
  }
  if (count < plan.least) {
    words.clear().ascii("only ").integer(count).ascii(" of at least ").integer(plan.least).ascii(" inputs came in time");
    return false;
  }
  scratch.free();
  if (plan.strategy == Strategy.Concatenate) {
    concatenate(run, batch);
    return true;
  }
  const votes = scratch.allocate(count * offsetof<Vote>());
  let place: u32 = 0;
  for (let ref = batch.head; ref; ref = messageAt(run, ref).next) read(run, plan, votes, place++, ref);
  tally(votes, count);
  let winner: u32 = 0;
  let agreement: i64 = ONE;
  switch (<Strategy>plan.strategy) {
    case Strategy.VotingMajority:
      winner = byCount(votes, count);
      agreement = ratio(voteAt(votes, winner).count, count);
      break;
    case Strategy.VotingUnanimous: {
      const dissenter = firstDissenter(votes, count);
      if (dissenter) {
        words.clear().ascii("not unanimous: ");
        name(run, voteAt(votes, dissenter).sender);
        words.ascii(" disagrees with ");
        name(run, voteAt(votes, 0).sender);
        return false;
      }
      break;
    }
    case Strategy.VotingWeighted:
      winner = byWeight(votes, count);
      agreement = ratio(voteAt(votes, winner).sumWeight, total(votes, count, true));
      break;
    default:
      winner = byConfidence(votes, count);
      agreement = min(ONE, ratio(<i64>count * voteAt(votes, winner).confidence, total(votes, count, false)));
      winner = voteAt(votes, winner).first;
  }
  writeResult(run, batch, plan, votes, count, winner, agreement);
  return true;
}

/** What an input says: of JSON one of the known fields, else all of it. */
function read(run: Run, plan: AggregatorPlan, votes: usize, place: u32, ref: u32): void {
  const vote = voteAt(votes, place);
  const message = messageAt(run, ref);
  vote.sender = message.from;
  vote.text = textBytes(run, message.text);
  vote.length = textLength(run, message.text);
  vote.confidence = HALF;
  const json = readJson(scratch, vote.text, vote.length);
  const root = json.root;
  if (root !== null && root.kind == JsonKind.Object) {
    const answer = answerIn(root);
    if (answer !== null) {
      vote.text = answer.at;
      vote.length = answer.length;
    }
    const confidence = memberNamed(root, "confidence");
    if (confidence !== null && confidence.kind == JsonKind.Number && fitsUnits(confidence.at, confidence.length)) {
      vote.confidence = max<i64>(0, min(ONE, toUnits(confidence.at, confidence.length)));
    }
  }
  foldText(folder.clear(), vote.text, vote.length);
  vote.folded = scratch.copy(folder.at, folder.length);
  vote.foldedLength = folder.length;
  vote.weight = vote.confidence;
  for (let i: u32 = 0; i < plan.sourceCount; i++) {
    const source: SourcePlan = sourceAt(plan, i);
    if (source.sender == vote.sender && source.weighted) vote.weight = source.weight;
  }
}

function answerIn(root: JsonNode): JsonNode | null {
  let found = memberNamed(root, "category");
  if (found === null) found = memberNamed(root, "answer");
  if (found === null) found = memberNamed(root, "content");
  if (found === null) found = memberNamed(root, "recommendation");
  return found;
}

function tally(votes: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const vote = voteAt(votes, i);
    vote.first = i;
    for (let k: u32 = 0; k < i; k++) {
      const other = voteAt(votes, k);
      if (other.first != k || !sameBytes(other.folded, other.foldedLength, vote.folded, vote.foldedLength)) continue;
      vote.first = k;
      break;
    }
    const first = voteAt(votes, vote.first);
    first.count++;
    first.sumConfidence += vote.confidence;
    first.sumWeight += vote.weight;
  }
}

/** Most votes; of equally many the higher mean confidence. */
function byCount(votes: usize, count: u32): u32 {
  let best: u32 = 0;
  for (let i: u32 = 1; i < count; i++) {
    const vote = voteAt(votes, i);
    const leader = voteAt(votes, best);
    if (vote.first != i || vote.count < leader.count) continue;
    if (vote.count > leader.count || vote.sumConfidence > leader.sumConfidence) best = i;
  }
  return best;
}

function byWeight(votes: usize, count: u32): u32 {
  let best: u32 = 0;
  for (let i: u32 = 1; i < count; i++) {
    const vote = voteAt(votes, i);
    if (vote.first == i && vote.sumWeight > voteAt(votes, best).sumWeight) best = i;
  }
  return best;
}

function byConfidence(votes: usize, count: u32): u32 {
  let best: u32 = 0;
  for (let i: u32 = 1; i < count; i++) if (voteAt(votes, i).confidence > voteAt(votes, best).confidence) best = i;
  return best;
}

function firstDissenter(votes: usize, count: u32): u32 {
  for (let i: u32 = 1; i < count; i++) if (voteAt(votes, i).first) return i;
  return 0;
}

function total(votes: usize, count: u32, weights: bool): i64 {
  let sum: i64 = 0;
  for (let i: u32 = 0; i < count; i++) sum += weights ? voteAt(votes, i).weight : voteAt(votes, i).confidence;
  return sum;
}

function concatenate(run: Run, batch: Batch): void {
  folder.clear();
  for (let ref = batch.head; ref; ref = messageAt(run, ref).next) {
    if (folder.length) folder.ascii("\n\n");
    const text = messageAt(run, ref).text;
    folder.bytes(textBytes(run, text), textLength(run, text));
  }
  begin(folder.at, folder.length);
  sources(run, batch);
  words.ascii(',"strategy_used":"concatenate","conflicts_resolved":[],"consensus_level":1');
  end(run, batch);
}

function writeResult(run: Run, batch: Batch, plan: AggregatorPlan, votes: usize, count: u32, winner: u32, agreement: i64): void {
  const won = voteAt(votes, winner);
  begin(won.text, won.length);
  sources(run, batch);
  words.ascii(',"strategy_used":"').ascii(strategyWord(plan.strategy)).ascii('","conflicts_resolved":[');
  let dissent = false;
  for (let i: u32 = 0; i < count; i++) {
    if (voteAt(votes, i).first == winner) continue;
    words.ascii(dissent ? "," : '{"topic":"vote","conflicting_sources":[');
    quotedName(run, voteAt(votes, i).sender);
    dissent = true;
  }
  if (dissent) {
    words.ascii('],"resolution":').json(won.text, won.length);
    words.ascii(',"reasoning":"').integer(won.count).ascii(" of ").integer(count).ascii(' inputs"}');
  }
  words.ascii('],"consensus_level":').decimal(agreement);
  end(run, batch);
}

function begin(text: usize, length: u32): void {
  words.clear().ascii('{"aggregated_content":').json(text, length).ascii(',"sources":[');
}

function sources(run: Run, batch: Batch): void {
  for (let ref = batch.head; ref; ref = messageAt(run, ref).next) {
    if (ref != batch.head) words.byte(0x2c);
    quotedName(run, messageAt(run, ref).from);
  }
  words.byte(0x5d);
}

function end(run: Run, batch: Batch): void {
  words.ascii(',"summary_insights":"","tokens_used":0,"processing_time_ms":').integer(run.now - batch.openedAt);
  words.ascii(',"semantic_clusters":[]}');
}

function strategyWord(strategy: u32): string {
  if (strategy == Strategy.VotingMajority) return "voting_majority";
  if (strategy == Strategy.VotingUnanimous) return "voting_unanimous";
  return strategy == Strategy.VotingWeighted ? "voting_weighted" : "voting_confidence";
}

function quotedName(run: Run, sender: u32): void {
  words.byte(0x22);
  name(run, sender);
  words.byte(0x22);
}

function name(run: Run, sender: u32): void {
  if (sender < run.plan.agentCount) {
    const plan = agentPlanAt(run.plan, sender);
    words.bytes(plan.name, plan.nameLength);
  } else if (sender != OUTSIDE) {
    const port = portAt(run.plan, sender - PORT);
    words.bytes(port.name, port.nameLength);
  } else words.ascii("user");
}
