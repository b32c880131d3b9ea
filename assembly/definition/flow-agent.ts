import { Decide, Label, Reference, Term } from "../flow/term";
import { Doc, DocType, child, choiceOf, integerOf, textOf } from "./doc";
import { agentDoc, agentNamed, hasRole } from "./flow-agents";
import { flowArena } from "./flow-read";
import { readReference } from "./flow-scope";
import { complain, complainKey } from "./problems";
import { Key, Message } from "./table";

// A node of kind `agent`: who, and what it decides.

const QUERIES: u32 = 3;

/** `name` says who, `node` is what stands beside it. */
export function readAgentKeys(term: Term, name: Doc, node: Doc, implied: Decide): void {
  const arena = flowArena();
  term.agent = agentNamed(name);
  const agent = agentDoc(term.agent);
  const written = choiceOf(node, Key.Decide, u32.MAX_VALUE);
  term.decide = written == u32.MAX_VALUE ? <u8>implied : <u8>(written + 1);
  if (written != u32.MAX_VALUE && agent !== null) {
    const asks = hasRole(agent, "react") || hasRole(agent, "classifier") || hasRole(agent, "planner");
    if (!asks) complainKey(Message.DecidesNothing, child(node, Key.Decide)!);
    else if (implied != Decide.Nothing && term.decide != implied) complain(Message.OtherDecision, child(node, Key.Decide)!);
  }
  readOptions(term, node, agent);
  term.count = <u32>integerOf(node, Key.Count, QUERIES);
  const count = child(node, Key.Count);
  if (count !== null && term.decide != <u8>Decide.Queries) complainKey(Message.NeedsQueries, count);
  const context = child(node, Key.With);
  if (context !== null) {
    const reference = arena.allocate(offsetof<Reference>());
    if (readReference(context, changetype<Reference>(reference))) term.context = reference;
  }
  term.turns = <u32>integerOf(node, Key.Turns, u32.MAX_VALUE);
  const prompt = textOf(node, Key.Prompt);
  if (prompt === null) return;
  term.prompt = arena.copy(prompt.textAt, prompt.textLength);
  term.promptLength = prompt.textLength;
}

/** Options of its own, else a classifier's categories. Who decides on members or cases gets those, unless it has some (`giveOptions`). */
function readOptions(term: Term, node: Doc, agent: Doc | null): void {
  const own = child(node, Key.Options);
  let options = own;
  if (own === null && hasRole(agent, "classifier")) options = child(child(agent, Key.ClassifierConfig), Key.Categories);
  if (options === null || options.type != <u8>DocType.List) return;
  term.options = flowArena().allocate(options.count * offsetof<Label>());
  for (let each: Doc | null = options.firstChild(); each !== null; each = each!.nextSibling()) {
    const name = each.type == <u8>DocType.Map ? textOf(each, Key.Name) : each;
    if (name === null || name.type != <u8>DocType.String) continue;
    const label = changetype<Label>(term.options + term.optionCount++ * offsetof<Label>());
    label.at = flowArena().copy(name.textAt, name.textLength);
    label.length = name.textLength;
  }
  if (own === null) return;
  if (!own.count) complain(Message.EmptyNodes, own);
  const decide = <u32>term.decide;
  if (decide != Decide.Category && decide != Decide.Next && decide != Decide.Assign) complainKey(Message.NeedsDecision, own);
}

/** What a term decides between if it does not say so itself: the labels of what follows from it. */
export function giveOptions(term: Term, labels: usize, count: u32): void {
  if (term.optionCount || !labels) return;
  term.options = labels;
  term.optionCount = count;
}

/** Keys of an agent beside another kind. */
export function refuseAgentKeys(node: Doc): void {
  for (let entry: Doc | null = node.firstChild(); entry !== null; entry = entry!.nextSibling()) {
    switch (<u32>entry.key) {
      case Key.Decide:
      case Key.Options:
      case Key.Count:
      case Key.With:
      case Key.Turns:
      case Key.Prompt:
        complainKey(Message.AgentsKey, entry);
    }
  }
}
