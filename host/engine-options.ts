import type { CustomAgent } from "./agents.ts";
import type { Approver } from "./approval.ts";
import type { Clock } from "./clock.ts";
import type { Definition } from "./definition/schema/definition.ts";
import type { ReadDefinition } from "./definition/uses.ts";
import type { Auditor } from "./guard.ts";
import type { Manifest } from "./manifest.ts";
import type { LocalServer } from "./mcp/servers.ts";
import type { Models } from "./models/resolve.ts";
import type { Catalogue } from "./prices/facts.ts";
import type { Problem } from "./protocol/index.ts";
import type { WriteFile } from "./results.ts";
import type { DocumentStores } from "./search/stores.ts";
import type { Store } from "./stores/store.ts";
import type { Tokenizer } from "./tokens/tokenizer.ts";
import type { ToolLike } from "./tools/tool.ts";

/** A file: its name, for messages, and what is in it. */
export interface DefinitionFile {
  path: string;
  content: string | Uint8Array;
}

/** YAML text, an object with the same keys, or files, of which later ones are laid over earlier ones. */
export type DefinitionInput = string | Uint8Array | Definition | readonly DefinitionFile[];

export interface EngineOptions {
  /** Models by the names that agents use, or a function that knows them. Others are found by name, provider and environment. */
  models?: Models;
  /** Code of the tools that agents have. */
  tools?: Record<string, ToolLike>;
  /** Tool servers of transport `local`, by name: tools, or a function that gives a transport of the MCP SDK. */
  toolServers?: Record<string, LocalServer>;
  /** Host code as agents, by role. */
  agents?: Record<string, CustomAgent | CustomAgent["run"]>;
  /** Where documents are kept and found: a store, or several by name. Default: one in memory, empty at first. */
  documents?: DocumentStores;
  /** Decides about calls of tools that a person is to approve (`confirm`). Default: they wait for `run.approve`. */
  approve?: Approver;
  /** Writes results to files that definitions name (`output.save_to_file`). Default: they are not written, and who watches is told. */
  write?: WriteFile;
  /** Takes what is to be remembered of who did what, if the definition wants that. */
  audit?: Auditor;
  /** Tokenizers of models that have none of OpenAI's, by the models' names: made with `readTokenizer` of `aixlet/tokens`. */
  tokenizers?: Record<string, Tokenizer>;
  /** Reads an environment variable, for `${NAME}` and keys. Default: the process's environment, where there is one. */
  env?: (name: string) => string | undefined;
  /** Imports an optional package by name. */
  load?: (packageName: string) => Promise<object>;
  /** Milliseconds since 1970. Default: the clock's. */
  now?: () => number;
  /** Time and timers. Default: the system's. The simulator gives its own. */
  clock?: Clock;
  /** Reads definitions that `use` names by a path, which is relative to the file it stands in. Without it they are refused. */
  read?: ReadDefinition;
  /** The definition's name in messages and telemetry. */
  name?: string;
  /** Where sessions are kept, which the caller closes. Default: as the definition's `session` block says. */
  sessions?: Store;
  /** Where runs are kept, so that they can be resumed. Default: nowhere; a run's `journal` has its records. */
  store?: Store;
  /** What models cost and hold; false: nothing is known. Default: what comes with this package, where its entry says so. */
  prices?: Catalogue | false;
  /** Another core than the one that comes with this package: bytes of a core.wasm. */
  core?: Uint8Array;
}

/** Bounds of one run; what the definition says holds, too. */
export interface Budget {
  /** Calls of models. */
  calls?: number;
  /** Tokens, input and output together. */
  tokens?: number;
  /** Milliseconds from the start. */
  time?: number;
  /** Dollars: `"0.50"`, or a number. Every model that may be asked needs a price. */
  usd?: string | number;
}

export interface RunOptions {
  /** Cancels the run. */
  signal?: AbortSignal;
  budget?: Budget;
  /** Where the input goes: an agent's or port's name. Needed only if there are several. */
  to?: string;
  /** The run's name, for ever: 1 to 64 bytes. Default: a new one. */
  id?: string;
  /** What the run's randomness comes from: a whole number below 2^53. Default: the definition's, or a new one. */
  seed?: number;
  /** Ends a run whose producers would go on for ever, after so many milliseconds: what is under way comes to its end. */
  endAfter?: number;
  /** Whose run it is: its usage is summed up by this name, too. */
  tenant?: string;
  /** Whoever iterates over the run is told pieces of models' answers as they come, too: `model-delta`. */
  stream?: boolean;
  /** More input will follow by `run.send`, until `run.close`. */
  open?: boolean;
  /** The conversation that goes on, at most 64 bytes. Default: the user's, else one of this run alone. Needs a `session` block. */
  session?: string;
  /** Who speaks, at most 64 bytes. */
  user?: string;
}

/** What is wrong with a definition, and what it looks like if nothing is. */
export interface Validation {
  problems: readonly Problem[];
  manifest: Manifest | undefined;
}
