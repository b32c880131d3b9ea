const marker = Symbol.for("aixlet.error");

/** Every `code` an AixletError can have. docs/errors.md has a paragraph for each. */
export type AixletErrorCode =
  | "bad-core"
  | "bad-frame"
  | "bad-journal"
  | "bad-script"
  | "bad-usage"
  | "closed"
  | "definition-refused"
  | "engine-trapped"
  | "event-refused"
  | "missing-key"
  | "missing-package"
  | "model-failed"
  | "run-erased"
  | "run-exists"
  | "run-failed"
  | "run-fenced"
  | "run-locked"
  | "run-missing"
  | "run-suspended"
  | "session-missing"
  | "store-failed"
  | "tokenizer-refused"
  | "tool-server-failed"
  | "unknown-model"
  | "unsupported-provider";

/** The base of every error that aixlet throws. */
export class AixletError extends Error {
  readonly code: AixletErrorCode;

  constructor(code: AixletErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  /** Tells an AixletError by its mark, so that two copies of this package in one process know each other's. */
  static isInstance(value: unknown): value is AixletError {
    return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[marker] === true;
  }
}

/** What is wrong with a definition or a script, and where. */
export interface Problem {
  severity: "error" | "warning";
  /** Kebab-case, from a closed list. */
  code: string;
  file: string;
  /** From 1; 0 if the place is not in a file. */
  line: number;
  column: number;
  /** `agents[2].tools[0].name` */
  path: string;
  message: string;
  /** The key or value that was meant, or empty. */
  suggestion: string;
}

/** `file:line:column: path: message (did you mean x?)` */
export function describeProblem(problem: Problem): string {
  let text = problem.file;
  if (problem.line > 0) text += `:${problem.line}:${problem.column}`;
  if (text !== "") text += ": ";
  if (problem.severity === "warning") text += "warning: ";
  if (problem.path !== "") text += `${problem.path}: `;
  text += problem.message;
  if (problem.suggestion !== "") text += ` (did you mean ${problem.suggestion}?)`;
  return text;
}

function describeProblems(problems: readonly Problem[]): string {
  const errors = problems.filter((problem) => problem.severity === "error");
  return errors.map(describeProblem).join("\n");
}

/** A definition that cannot run. `problems` has all that is wrong with it at once. */
export class DefinitionRefused extends AixletError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super("definition-refused", describeProblems(problems));
    this.problems = problems;
  }
}

/** A script for the scripted model that cannot be read. */
export class ScriptRefused extends AixletError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], cause?: unknown) {
    super("bad-script", describeProblems(problems), cause);
    this.problems = problems;
  }
}

/** An event that the core refused: the state is as it was before. */
export class EventRefused extends AixletError {
  /** The core's own code, kebab-case: `unknown-agent`, `over-limit`. */
  readonly reason: string;
  readonly path: string;

  constructor(reason: string, path: string, message: string) {
    super("event-refused", path === "" ? message : `${path}: ${message}`);
    this.reason = reason;
    this.path = path;
  }
}

/** A run that ended otherwise than well. */
export class RunFailed extends AixletError {
  /** Why it stopped, as `stop-reason` of the protocol spells it: `failed`, `budget`, `cancelled`, `stalled`. */
  readonly stop: string;
  /** Where it stopped: an agent's name, or empty. */
  readonly path: string;

  constructor(stop: string, path: string, message: string, cause?: unknown) {
    super("run-failed", message, cause);
    this.stop = stop;
    this.path = path;
  }
}

/** A frame that is not one: a bug in a binding, or a damaged file. */
export class BadFrame extends AixletError {
  /** Bytes from the frame's start. */
  readonly offset: number;

  constructor(offset: number, message: string) {
    super("bad-frame", `${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** What was given as the core is none, or speaks another version of the protocol. */
export class BadCore extends AixletError {
  constructor(message: string, cause?: unknown) {
    super("bad-core", message, cause);
  }
}

/** The core trapped: a bug in aixlet. This engine answers no more; what its runs recorded can be replayed by a fresh one. */
export class EngineTrapped extends AixletError {
  constructor(cause: unknown) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    super("engine-trapped", `The core trapped (${detail}). This engine cannot go on. Please report it, with the run's journal.`, cause);
  }
}

/** An engine or run that was used after it had been closed. */
export class Closed extends AixletError {
  constructor(what: string) {
    super("closed", `This ${what} is closed.`);
  }
}

/** A call that cannot be meant: an argument that is missing or contradicts another. */
export class BadUsage extends AixletError {
  constructor(message: string) {
    super("bad-usage", message);
  }
}

/** A provider's package is not installed, or could not be loaded. */
export class MissingPackage extends AixletError {
  /** As npm knows it: `@ai-sdk/openai`. */
  readonly packageName: string;

  constructor(packageName: string, message: string, cause?: unknown) {
    super("missing-package", message, cause);
    this.packageName = packageName;
  }
}

/** No key for a provider. */
export class MissingKey extends AixletError {
  /** The variables that would be read. */
  readonly variables: readonly string[];

  constructor(variables: readonly string[], message: string) {
    super("missing-key", message);
    this.variables = variables;
  }
}

/** A provider of the grammar that this version cannot reach by name. */
export class UnsupportedProvider extends AixletError {
  readonly provider: string;

  constructor(provider: string, message: string) {
    super("unsupported-provider", message);
    this.provider = provider;
  }
}

/** A model of which nobody can say where it is. */
export class UnknownModel extends AixletError {
  readonly model: string;

  constructor(model: string, message: string) {
    super("unknown-model", message);
    this.model = model;
  }
}

/** A tokenizer's file that is broken, or of a kind that cannot be counted by. */
export class TokenizerRefused extends AixletError {
  constructor(message: string, cause?: unknown) {
    super("tokenizer-refused", message, cause);
  }
}

/** A tool server that cannot be reached, or has not the tools that the definition expects of it. */
export class ToolServerFailed extends AixletError {
  /** As the definition has it. */
  readonly server: string;

  constructor(server: string, message: string, cause?: unknown) {
    super("tool-server-failed", message, cause);
    this.server = server;
  }
}
