import { checkAgents } from "./agents";
import { checkRules } from "./classifiers";
import { child, Doc, DocFlag } from "./doc";
import { expandPattern } from "./pattern";
import { complainKey } from "./problems";
import { checkPrompts } from "./prompts";
import { Key, Message } from "./table";
import { checkWiring, dropWiring } from "./wiring";

/** Checks and settles a definition, or one within another, by itself: its pattern, agents and wiring. Its flow is read after that. */
export function settle(root: Doc): void {
  expandPattern(root);
  checkAgents(root);
  const flow = child(root, Key.Flow);
  if (flow !== null) {
    dropWiring(root);
    // One that a pattern has become is marked as inherited.
    if (!flow.is(DocFlag.Inherited) && child(root, Key.Orchestration) !== null) complainKey(Message.FlowAndPattern, flow);
  }
  checkWiring(root);
  checkPrompts(root);
  checkRules(root);
}
