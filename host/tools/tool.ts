import { BadUsage } from "../errors.ts";
import { ModelFailure } from "../models/failure.ts";
import { redact } from "../models/redact.ts";
import type { ToolDeclaration } from "../models/types.ts";
import { type JsonSchema, toJsonSchema } from "./json-schema.ts";
import { describeIssuePath, isStandardSchema, type StandardIssue, type StandardResult, type StandardSchema } from "./standard-schema.ts";

/** What a tool is told about a call, besides its arguments. */
export interface ToolContext {
  /** Aborts when the result is not wanted any more. */
  signal: AbortSignal;
  /** The same for every attempt at one call, and for no other: what makes it safe to do something twice. */
  idempotencyKey: string;
  /** The run's id. */
  run: string;
  /** Whose run it is, if that was said. */
  user?: string;
  /** The agent that called. */
  agent: string;
  /** The tool's name, as the agent knows it. */
  name: string;
  /** The model's id of the call. */
  callId: string;
}

/** What a model is shown of a call. A tool that failed has run nevertheless: the model is told, and goes on. */
export interface ToolOutcome {
  isError: boolean;
  text: string;
}

/** What a tool's code returns to say itself whether it went well. */
export class ToolResult implements ToolOutcome {
  readonly isError: boolean;
  readonly text: string;

  constructor(text: string, isError: boolean) {
    this.text = text;
    this.isError = isError;
  }
}

/** What a tool's code throws if nobody knows what came of a call, or if it never began: the effect fails as the tool's class says. */
export class ToolUnanswered extends ModelFailure {}

/** The type of a tool's arguments, as far as its schema says it. */
export type ToolArguments<Schema> = Schema extends { readonly "~standard": { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly output: infer Output }
    ? Output
    : Record<string, unknown>
  : // biome-ignore lint/suspicious/noExplicitAny: arguments that no type describes are the tool's to look at
    Record<string, any>;

export interface ToolDefinition<Schema extends StandardSchema | JsonSchema | undefined> {
  /** For the model: what it does, and when to use it. A description in the YAML stands before it. */
  description?: string;
  /** A schema of zod or any other library of Standard Schema, by which arguments are also checked; or a JSON Schema. None: any object. */
  inputSchema?: Schema;
  /** Does it. A text is shown to the model as it is, anything else as JSON; the message of what it throws as an error. */
  execute: (input: ToolArguments<Schema>, context: ToolContext) => unknown;
}

/** A tool in the simplest form. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type ToolFunction = (input: any, context: ToolContext) => unknown;

/** Anything that can be passed in as a tool. */
// biome-ignore lint/suspicious/noExplicitAny: whatever its schema is
export type ToolLike = Tool | ToolFunction | ToolDefinition<any>;

/** A tool, with the types of its arguments taken from its schema. */
export function tool<Schema extends StandardSchema | JsonSchema | undefined = undefined>(definition: ToolDefinition<Schema>): Tool {
  return new Tool(definition as ToolDefinition<undefined>);
}

/** @throws BadUsage if it is no tool. */
export function toTool(value: ToolLike, name: string): Tool {
  if (value instanceof Tool) return value;
  if (typeof value === "function") return new Tool({ execute: value });
  if (typeof value?.execute === "function") return new Tool(value);
  throw new BadUsage(`What was passed in as the tool ${name} is neither a function nor has one named \`execute\`.`);
}

export class Tool {
  readonly description: string | undefined;
  readonly inputSchema: StandardSchema | JsonSchema | undefined;
  readonly #execute: ToolFunction;
  readonly #validate: StandardSchema["~standard"]["validate"] | undefined;
  #jsonSchema: Promise<JsonSchema> | undefined;

  constructor({ description, inputSchema, execute }: ToolDefinition<StandardSchema | JsonSchema | undefined>) {
    this.description = description;
    this.inputSchema = inputSchema;
    this.#execute = execute as ToolFunction;
    if (isStandardSchema(inputSchema)) this.#validate = inputSchema["~standard"].validate;
  }

  /** What a model is told of it. @throws BadUsage */
  async declare(name: string): Promise<ToolDeclaration> {
    this.#jsonSchema ??= toJsonSchema(this.inputSchema);
    return { name, description: this.description, inputSchema: await this.#jsonSchema };
  }

  /** Runs it, arguments given as JSON. Never throws, and rejects with ToolUnanswered alone; a promise only if the tool gives one. */
  run(argumentsText: string, context: ToolContext): ToolOutcome | Promise<ToolOutcome> {
    let input: unknown;
    try {
      input = argumentsText === "" ? {} : JSON.parse(argumentsText);
    } catch (error) {
      return failed("invalid-arguments", `no JSON: ${(error as Error).message}`);
    }
    if (typeof input !== "object" || input === null || Array.isArray(input)) return failed("invalid-arguments", "no object");
    try {
      const checked = this.#validate === undefined ? { value: input } : this.#validate(input);
      if (checked instanceof Promise) return checked.then((result) => this.#finish(result, context)).catch(toError);
      const outcome = this.#finish(checked, context);
      return outcome instanceof Promise ? outcome.catch(toError) : outcome;
    } catch (error) {
      return toError(error);
    }
  }

  #finish(checked: StandardResult<unknown>, context: ToolContext): ToolOutcome | Promise<ToolOutcome> {
    if (checked.issues !== undefined) return invalid(checked.issues);
    const result = this.#execute(checked.value, context);
    return isPromiseLike(result) ? Promise.resolve(result).then(toOutcome) : toOutcome(result);
  }
}

function toOutcome(result: unknown): ToolOutcome {
  if (typeof result === "string") return { isError: false, text: result };
  if (result instanceof ToolResult) return { isError: result.isError, text: result.text };
  if (result === undefined) return { isError: false, text: "" };
  try {
    return { isError: false, text: JSON.stringify(result) ?? "" };
  } catch (error) {
    return failed("no-result", `It ran, but what it returned has no JSON: ${(error as Error).message}`);
  }
}

function toError(error: unknown): ToolOutcome | Promise<ToolOutcome> {
  if (error instanceof ToolUnanswered) return Promise.reject(error);
  // The message alone: a stack is for people, and shows them the inside of the house.
  const message = error instanceof Error ? error.message || error.name : String(error);
  return { isError: true, text: redact(message) };
}

function failed(error: string, message: string): ToolOutcome {
  return { isError: true, text: JSON.stringify({ error, message }) };
}

/** What is wrong with the arguments, in a form that models and programs can read. */
function invalid(issues: readonly StandardIssue[]): ToolOutcome {
  const described = issues.map(({ path, message }) => ({ path: describeIssuePath(path), message }));
  return { isError: true, text: JSON.stringify({ error: "invalid-arguments", issues: described }) };
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function";
}
