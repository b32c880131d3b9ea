import type { ModelAnswer, ModelCall, ModelDelta, ToolDeclaration } from "../models/types.ts";
import type * as protocol from "../protocol/index.ts";
import type { Run } from "../run.ts";

/** What a model is told of a call, and what is kept until it has answered. */
export class CallOfModel implements ModelCall {
  readonly run: number;
  readonly scope: Run;
  readonly effect: number;
  readonly attempt: number;
  readonly span: number;
  readonly idempotencyKey: string;
  readonly noTools: boolean;
  readonly maxTokens: number | undefined;
  readonly offered: readonly ToolDeclaration[] | undefined;
  readonly schema: Record<string, unknown> | undefined;
  onDelta: ((delta: ModelDelta) => void) | undefined;

  constructor(run: Run, { effect, attempt, span, noTools, maxOutput, offered, schema }: protocol.CallModelCommand) {
    this.run = run.handle;
    this.scope = run;
    this.effect = effect;
    this.attempt = attempt;
    this.span = span;
    this.idempotencyKey = `${run.id}/${effect}`;
    this.noTools = noTools;
    this.maxTokens = maxOutput || undefined;
    this.offered = offered.length === 0 ? undefined : offered.map(toDeclaration);
    this.schema = schema === "" ? undefined : JSON.parse(schema);
    this.onDelta = undefined;
  }

  /** Made when somebody looks at it, which an immediate model never does. */
  get signal(): AbortSignal {
    return this.scope.signal(this.effect, this.attempt);
  }

  forget(): void {
    this.scope.forgetEffect(this.effect, this.attempt);
  }

  /** What an answer says, and which of the core's own tools it calls; undefined if that is nothing. Calls of an agent's tools are told apart. */
  saidIn({ parts }: ModelAnswer): string | undefined {
    const isOffered = (name: string) => this.offered?.some((tool) => tool.name === name) === true;
    const said = parts.flatMap(({ kind, text, name }) => {
      if (kind === "text") return [text];
      return kind === "tool-call" && isOffered(name) ? [`${name}(${text === "{}" ? "" : text})`] : [];
    });
    return said.length === 0 ? undefined : said.join("");
  }
}

function toDeclaration({ name, description, parameters }: protocol.OfferedTool): ToolDeclaration {
  return { name, description, inputSchema: JSON.parse(parameters) };
}
