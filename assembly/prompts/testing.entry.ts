// What the tests beside these files call: the core's own texts and replaced ones, written into a builder.

import { AgentPlan, Plan } from "../definition/plan";
import { NO_AGENT } from "../flow/term";
import { blockSize, takeBlock } from "../memory/blocks";
import { newBuilder } from "../text/builder";
import { Slice } from "../text/slice";
import { compilePrompt, unknownGap } from "./override";
import { PROMPT_COUNT } from "./table";
import { clearGaps, setGap, writePrompt } from "./write";

export { clearGaps, setGap };

const written = newBuilder();
const compiled = newBuilder();
const plan = changetype<Plan>(takeBlock(blockSize(offsetof<Plan>())));
const agent = changetype<AgentPlan>(takeBlock(blockSize(offsetof<AgentPlan>())));
const texts = takeBlock(blockSize(PROMPT_COUNT * offsetof<Slice>()));

export function room(bytes: u32): usize {
  return takeBlock(blockSize(bytes));
}

/** Replaces a text for the agent, or for all; gives the first unknown gap's length, which is at `unknownAt`. */
export function replace(prompt: u32, at: usize, length: u32, forAgent: bool): u32 {
  plan.agents = changetype<usize>(agent);
  plan.agentCount = 1;
  plan.prompts = forAgent ? 0 : texts;
  agent.prompts = forAgent ? texts : 0;
  compilePrompt(compiled.clear(), prompt, at, length);
  memory.fill(texts, 0, PROMPT_COUNT * offsetof<Slice>());
  const slice = changetype<Slice>(texts + prompt * offsetof<Slice>());
  compiled.room(1);
  slice.at = compiled.at;
  slice.length = compiled.length;
  return unknownGap.length;
}

export function unknownAt(): usize {
  return unknownGap.at;
}

/** Writes a text for the agent, or for nobody; gives its length. */
export function write(prompt: u32, forAgent: bool): u32 {
  written.clear();
  writePrompt(written, plan, forAgent ? 0 : NO_AGENT, prompt);
  return written.length;
}

export function writtenAt(): usize {
  return written.at;
}
