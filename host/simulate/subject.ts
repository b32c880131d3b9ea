import type { Core } from "../core/core.ts";
import { DefinitionRefused } from "../errors.ts";
import type { CanonicalTool, Manifest } from "../manifest.ts";
import * as protocol from "../protocol/index.ts";
import type { Source } from "../protocol/index.ts";
import type { ToolOfAgent } from "./answers.ts";
import type { Schema } from "./values.ts";

/** What a definition needs of its host. */
export interface Surroundings {
  roles?: readonly string[];
  tools?: readonly string[];
  variables?: (name: string) => string | undefined;
}

interface Budgets {
  calls?: number;
  tokens?: number;
}

/** A definition in a core: what runs are simulated of. One core serves many, one after the other. */
export class Subject {
  readonly core: Core;
  readonly definition: number;
  readonly manifest: Manifest;
  readonly warnings: readonly protocol.Problem[];
  /** By the core's agent numbers. */
  readonly tools: readonly (readonly ToolOfAgent[])[];
  /** The bounds of a run that the definition itself has; 0 is none. */
  readonly budget: { calls: number; tokens: number };
  readonly hasFlow: boolean;

  private constructor(core: Core, { definition, manifest, warnings }: protocol.DefinedCommand) {
    this.core = core;
    this.definition = definition;
    this.manifest = JSON.parse(manifest) as Manifest;
    this.warnings = warnings;
    const agents = new Map((this.manifest.definition.agents ?? []).map((agent) => [agent.name, agent]));
    this.tools = this.manifest.agents.map(({ name }) => (agents.get(name)?.tools ?? []).map(toolOf));
    const budget = (this.manifest.definition.budget ?? {}) as Budgets;
    this.budget = { calls: budget.calls ?? 0, tokens: budget.tokens ?? 0 };
    this.hasFlow = this.manifest.definition.flow !== undefined;
  }

  /** Loads a definition. @throws DefinitionRefused */
  static load(core: Core, sources: readonly Source[], { roles = [], tools = [], variables = () => undefined }: Surroundings = {}, now = 0): Subject {
    let answer = ask(core, now, (events) =>
      protocol.writeDefine(events, { tag: 1, sources: [...sources], roles: [...roles], tools: [...tools], checkOnly: false }),
    );
    if (answer.type === "variables-needed") {
      const values = answer.names.map((name) => ({ name, value: variables(name) }));
      answer = ask(core, now, (events) => protocol.writeVariables(events, { tag: 1, values }));
    }
    if (answer.type === "problems") throw new DefinitionRefused(answer.problems);
    if (answer.type !== "defined") throw new Error(`${answer.type} instead of defined`);
    return new Subject(core, answer);
  }

  /** Where messages may come in: at the places that are meant for it, or, where all agents hear each other, anywhere. */
  get entries(): readonly string[] {
    const { inputs, agents } = this.manifest;
    return inputs.length > 0 ? inputs : agents.filter(({ role }) => role !== "channel").map(({ name }) => name);
  }

  /** Takes the definition out of the core again. */
  forget(now: number): void {
    protocol.writeForget(this.core.events, { definition: this.definition });
    this.core.step(now);
  }
}

function ask(core: Core, now: number, write: (events: protocol.FrameWriter) => void): protocol.Command {
  write(core.events);
  const reader = core.step(now);
  if (!reader.next()) throw new Error("the core gave no answer");
  return protocol.readCommand(reader);
}

function toolOf({ name, input_schema, ...more }: CanonicalTool): ToolOfAgent {
  const effect = (more as { effect?: string }).effect ?? "once";
  return { name, schema: input_schema as Schema | undefined, once: effect === "once" };
}
