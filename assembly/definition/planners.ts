import { sameBytes } from "../text/slice";
import { child, choiceOf, Doc, DocFlag, DocType, firstItem, textOf } from "./doc";
import { addChild, addText, docAt, giveKey } from "./edit";
import { giveModel } from "./models";
import { complainKey } from "./problems";
import { giveSampling } from "./sampling";
import { Key, Message, Planning } from "./table";

// A planner: its model, how it is asked, and which keys belong to the strategy that it has.

const TEMPERATURE: i64 = 700_000_000;
const TOKENS: i64 = 2000;

export function checkPlanner(root: Doc, agent: Doc): void {
  const config = child(agent, Key.PlannerConfig);
  giveModel(root, agent, false);
  giveSampling(agent, config, TEMPERATURE, TOKENS);
  const strategy = choiceOf(config, Key.PlanningStrategy, Planning.ChainOfThought);
  if (config !== null && config.type == <u8>DocType.Map) {
    for (let entry: Doc | null = config.firstChild(); entry !== null; entry = entry!.nextSibling()) {
      const mask = strategiesOf(entry.key);
      if (mask && !(mask & (1 << strategy))) complainKey(Message.OtherStrategy, entry);
    }
  }
  const tools = child(agent, Key.Tools);
  if (strategy == Planning.ReactPlanning) nameTools(agent, config);
  else if (tools !== null && tools.count) complainKey(Message.OtherStrategy, tools);
}

/** Bits of the strategies that a key belongs to; 0: it belongs to all. */
function strategiesOf(key: u32): u32 {
  switch (key) {
    case Key.BranchingFactor:
    case Key.BeamWidth:
      return 1 << Planning.TreeOfThought;
    case Key.MaxDepth:
      return (1 << Planning.TreeOfThought) | (1 << Planning.MonteCarlo);
    case Key.Simulations:
    case Key.ExplorationConstant:
      return 1 << Planning.MonteCarlo;
    case Key.Goal:
    case Key.ValidateDependencies:
      return 1 << Planning.BackwardChaining;
    case Key.Levels:
    case Key.MaxTasksPerLevel:
      return 1 << Planning.HierarchicalPlan;
    case Key.MaxIterations:
    case Key.Tools:
      return 1 << Planning.ReactPlanning;
  }
  return 0;
}

/** Tools by name are the agent's own, as if they stood among them. */
function nameTools(agent: Doc, config: Doc | null): void {
  for (let name = firstItem(config, Key.Tools); name !== null; name = name!.nextSibling()) {
    if (name.type != <u8>DocType.String || has(agent, name)) continue;
    let tools = child(agent, Key.Tools);
    if (tools === null) {
      tools = docAt(name, DocType.List);
      tools.flags = <u8>DocFlag.Inherited;
      giveKey(tools, Key.Tools);
      addChild(agent, tools);
    }
    const tool = docAt(name, DocType.Map);
    addText(tool, Key.Name, name.textAt, name.textLength);
    addChild(tools, tool);
  }
}

function has(agent: Doc, name: Doc): bool {
  for (let tool = firstItem(agent, Key.Tools); tool !== null; tool = tool!.nextSibling()) {
    const its = textOf(tool, Key.Name);
    if (its !== null && sameBytes(its.textAt, its.textLength, name.textAt, name.textLength)) return true;
  }
  return false;
}
