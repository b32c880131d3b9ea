import { Arena } from "../memory/arena";
import { isText } from "./edit";
import { Doc, child, choiceOf, firstItem, integerOf } from "./doc";
import { WindowPlan } from "./plan";
import { ContextStrategy, Key } from "./table";

const KEEP: i64 = 10;

/** What a `context` says, and that at the top of its definition where it says nothing; null if there is none. */
export function readWindow(own: Doc | null, root: Doc, agent: Doc | null, arena: Arena): WindowPlan {
  if (own === null) return changetype<WindowPlan>(0);
  const shared = child(root, Key.Context);
  const window = changetype<WindowPlan>(arena.allocate(offsetof<WindowPlan>()));
  window.tokens = <u32>integerOf(own, Key.MaxTokens, integerOf(shared, Key.MaxTokens, 0));
  window.strategy = <u8>choiceOf(own, Key.Strategy, choiceOf(shared, Key.Strategy, ContextStrategy.DropOldest));
  window.keep = <u32>integerOf(own, Key.KeepLast, integerOf(shared, Key.KeepLast, KEEP));
  window.provider = agent === null || (child(own, Key.Model) === null && child(shared, Key.Model) === null) ? 0 : firstSummariser(agent);
  return window;
}

/** Of an agent's own context: it was put there first; 0: its model is the agent's. */
function firstSummariser(agent: Doc): u8 {
  let index: u8 = 0;
  for (let each: Doc | null = firstItem(agent, Key.Providers); each !== null; each = each!.nextSibling(), index++)
    if (isText(child(each, Key.Only), "summaries")) return index;
  return 0;
}
