import { NO_AGENT, Term, TermKind } from "../flow/term";
import { Doc, DocType, boolOf, child } from "./doc";
import { findAgent, giveJoinSampling } from "./agents";
import { agentDoc, agentNamed, hasRole, hiddenAgent, theDefinition } from "./flow-agents";
import { need, newReference } from "./flow-control";
import { flowArena, newTerm, openTerm } from "./flow-read";
import { readSearchNode } from "./plan-search";
import { complain } from "./problems";
import { asksModel, readJoin } from "../join/plan";
import { Key, Message, Role } from "./table";

// Nodes that calculate or search: join, retrieve.

export function readJoinNode(term: Term, index: u32, from: Doc): void {
  const strategy = need(from, Key.Strategy);
  if (strategy === null) return;
  const join = readJoin(from, Key.Strategy, 0, flowArena());
  term.join = changetype<usize>(join);
  const scored = child(from, Key.Of);
  if (scored !== null) join.of = newReference(scored, false);
  const asks = asksModel(join) || boolOf(from, Key.SummarizationEnabled, false);
  const model = child(from, Key.Model);
  if (asks || model !== null) {
    term.agent = hiddenAgent(from, model, Role.Aggregator);
    const agent = agentDoc(term.agent);
    if (agent !== null) giveJoinSampling(agent, from);
  }
  readRerank(term, index, from);
}

/** An agent that orders what was found; `true` is no agent's work. */
function readRerank(term: Term, index: u32, from: Doc): void {
  const rerank = child(from, Key.Rerank);
  if (rerank === null || rerank.type != <u8>DocType.String) return;
  term.rerank = newTerm(rerank, index, <u8>TermKind.Agent);
  openTerm(term.rerank).agent = agentNamed(rerank);
}

export function readRetrieve(term: Term, index: u32, from: Doc): void {
  const source = child(from, Key.From);
  if (source !== null && source.type == <u8>DocType.String) {
    const agent = findAgent(theDefinition(), source.textAt, source.textLength);
    if (agent !== null) {
      term.agent = <u32>agent.number;
      if (!hasRole(agent, "retriever")) complain(Message.NotARetriever, source);
    }
  }
  if (term.agent == NO_AGENT) term.agent = hiddenAgent(from, null, Role.Retriever);
  term.search = changetype<usize>(readSearchNode(theDefinition(), from, agentDoc(term.agent), flowArena()));
  readRerank(term, index, from);
}
