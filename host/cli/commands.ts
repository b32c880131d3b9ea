import { ALL_FAULTS } from "../simulate/faults.ts";
import type { Io } from "./io.ts";
import type { Parsed } from "./parse.ts";

export interface Option {
  /** Without dashes. */
  name: string;
  short?: string;
  /** What its value is called in help; none: it has no value. */
  value?: string;
  about: string;
  /** It may be given several times. */
  many?: boolean;
  /** What its value is, for completion. */
  completes?: "file" | readonly string[];
}

export interface Command {
  name: string;
  about: string;
  /** What follows the name. */
  usage: string;
  /** How many arguments there may be, and what they are called. */
  least: number;
  most: number;
  argument?: { name: string; completes: "file" | "directory" | readonly string[] };
  options: readonly Option[];
  /** A command line, and what it is for. */
  examples: readonly (readonly [line: string, about: string])[];
  /** Paragraphs below the options. */
  notes?: readonly string[];
  load(): Promise<(io: Io, parsed: Parsed) => Promise<number>>;
}

/** Options of every command. */
export const shared: readonly Option[] = [
  { name: "no-color", about: "no colours (NO_COLOR and FORCE_COLOR are heeded, too)" },
  { name: "help", short: "h", about: "show this help" },
];

const json: Option = { name: "json", about: "machine-readable output" };
const code: readonly Option[] = [
  { name: "tools", value: "FILE", about: "a JavaScript module whose exports are the tools' code", completes: "file" },
  { name: "agents", value: "FILE", about: "a JavaScript module whose exports are roles of your own", completes: "file" },
];
const files = { name: "FILE", completes: "file" } as const;
const layers = "Several FILEs are layers: a later one is laid over the earlier ones. - reads the definition from stdin.";

const store: Option = {
  name: "store",
  value: "NAME",
  about: "where runs are kept: a folder, sqlite:FILE, redis://... or postgres://...",
  completes: "file",
};
const keys: Option = {
  name: "keys",
  value: "DIR",
  about: "seal what runs say, under a key for each run in this folder",
  completes: "file",
};
const sessions: Option = {
  name: "sessions",
  value: "NAME",
  about: "where sessions are kept: a folder, sqlite:FILE, redis://... or postgres://...; as the FILE says otherwise",
  completes: "file",
};
const session: readonly Option[] = [{ name: "user", value: "NAME", about: "who speaks: a user's session goes on in each of their runs" }, sessions];
const stand: readonly Option[] = [
  { name: "script", short: "s", value: "FILE", about: "play every model by this script: no key, no network", completes: "file" },
  { name: "model", short: "m", value: "NAME", about: "use this model in every agent; echo is built in and needs no key", completes: ["echo"] },
  {
    name: "provider",
    value: "NAME",
    about: "who has that model, if its name does not tell",
    completes: ["openai", "anthropic", "gemini", "xai", "ollama", "vllm"],
  },
];
const looks: readonly Option[] = [
  { name: "json", about: "every event as a line of JSON on stdout; the last one is `finished`" },
  { name: "quiet", short: "q", about: "no progress, only what leaves the run" },
  { name: "verbose", short: "v", about: "texts whole, not cut to a line" },
];
const envFile: Option = { name: "env-file", value: "FILE", about: "read variables from FILE; the environment's own go first", completes: "file" };

/** Every command; help, completion and the parser all follow from this table. */
export const commands: readonly Command[] = [
  {
    name: "run",
    about: "run a file of agents",
    usage: "FILE... [options]",
    least: 1,
    most: Number.POSITIVE_INFINITY,
    argument: files,
    options: [
      { name: "input", short: "i", value: "TEXT", about: "the message that goes in; - reads it from stdin" },
      { name: "to", value: "NAME", about: "the agent or port it goes to, where several would do" },
      ...stand,
      ...code,
      { name: "documents", value: "FILE", about: "documents to search, a YAML or JSON list, or lists by collection; kept in memory", completes: "file" },
      { name: "for", value: "DURATION", about: "let producers go on for so long, then end well: 10s, 1.5m" },
      { name: "budget", value: "DOLLARS", about: "at most so much money: '$0.50'; every model needs a price" },
      { name: "budget-calls", value: "N", about: "at most N calls of models" },
      { name: "budget-tokens", value: "N", about: "at most N tokens, input and output together" },
      { name: "budget-time", value: "DURATION", about: "at most so long, whatever is under way" },
      { name: "yes", short: "y", about: "approve every call of a tool that asks for it; without, they are denied" },
      { name: "seed", value: "N", about: "what randomness comes from; the same seed, the same choices" },
      envFile,
      store,
      keys,
      { name: "id", value: "ID", about: "what the run is called, for ever" },
      { name: "session", value: "ID", about: "go on with this conversation, or begin it" },
      ...session,
      { name: "journal", value: "FILE", about: "keep the run's record", completes: "file" },
      ...looks,
    ],
    examples: [
      ['aixlet run team.yaml --input "Why is the sky blue?"', "one question, one answer"],
      ["aixlet run team.yaml --script team.script.yaml -i hello", "without a key"],
      ["git diff | aixlet run review.yaml --input - > review.md", "the answer alone goes to stdout"],
      ["aixlet run telescope.yaml --for 10s", "producers, for ten seconds"],
      ["aixlet run base.yaml production.yaml -i hello --json", "two layers, events as JSON"],
    ],
    notes: [
      layers,
      "What leaves the run goes to stdout: the outputs, or the loggers' lines where nothing else leaves. Progress goes to stderr.",
      "Keys come from the environment (OPENAI_API_KEY, ANTHROPIC_API_KEY, ...). A .env file is read only if --env-file names it.",
      "With --store (or AIXLET_STORE) a run outlives its process: Ctrl-C lets go of it, and aixlet runs resume goes on with it.",
      "Exit codes: 0 done, 1 the run failed, 2 bad usage or configuration, 3 a budget or limit was reached, 130 interrupted.",
    ],
    load: async () => (await import("./run/run-command.ts")).runCommand,
  },
  {
    name: "chat",
    about: "talk with a file of agents, or with a model",
    usage: "[FILE...] [options]",
    least: 0,
    most: Number.POSITIVE_INFINITY,
    argument: files,
    options: [
      { name: "prompt", short: "p", value: "TEXT", about: "say this, show the answer, and end; - reads it from stdin" },
      { name: "to", value: "NAME", about: "the agent or port that is talked to, where several would do" },
      ...stand,
      ...code,
      { name: "documents", value: "FILE", about: "documents to search, a YAML or JSON list, or lists by collection; kept in memory", completes: "file" },
      { name: "session", value: "ID", about: "go on with this conversation, or begin it" },
      ...session,
      { name: "yes", short: "y", about: "approve every call of a tool that asks for it; without, you are asked" },
      envFile,
      { name: "json", about: "every event as a line of JSON on stdout, pieces of answers among them" },
    ],
    examples: [
      ["aixlet chat", "with the model whose key is set"],
      ["aixlet chat team.yaml --session trip", "with a file of agents, today and tomorrow"],
      ["aixlet chat --model ollama:llama3", "with a model on this machine"],
      ['aixlet chat -m gpt-5-mini -p "Why is the sky blue?"', "one question, one answer"],
      ["printf 'My name is Ann.\\nWho am I?\\n' | aixlet chat team.yaml", "a line a message"],
    ],
    notes: [
      layers,
      "In it: /model, /cost, /save, /clear, /history, /tools, /help, /quit. Tab completes them. A line that ends with \\ goes on in the next one.",
      "Ctrl-C stops the answer under way, and a second one ends the chat. In a pipe nobody can be asked: without --yes, tools that ask are denied.",
      "At a terminal, and with --session or --user, the conversation is kept; aixlet session shows what there is.",
    ],
    load: async () => (await import("./chat/chat-command.ts")).chatCommand,
  },
  {
    name: "serve",
    about: "answer over HTTP",
    usage: "FILE... [options]",
    least: 1,
    most: Number.POSITIVE_INFINITY,
    argument: files,
    options: [
      { name: "port", value: "N", about: "port; 0 takes a free one (default: the FILE's server.port, else 8080)" },
      { name: "host", value: "NAME", about: "address; for this machine alone if the FILE does not say who may use it" },
      ...stand,
      ...code,
      { name: "documents", value: "FILE", about: "documents to search, a YAML or JSON list, or lists by collection; kept in memory", completes: "file" },
      envFile,
      store,
      sessions,
    ],
    examples: [
      ["aixlet serve team.yaml", "on this machine"],
      ["curl localhost:8080/v1/runs -d 'Why is the sky blue?' -H 'content-type: text/plain'", "one question, one answer"],
      ['curl -N localhost:8080/v1/runs --json \'{"input": "hello", "stream": true}\'', "every event as it happens"],
    ],
    notes: [
      layers,
      "POST /v1/runs runs the FILE on a message; GET /health and GET /ready tell how the service is, GET /metrics what it has counted.",
      "Who may use it the FILE says: environment, auth_mode, authorization, rate_limiting, audit. docs/serving.md has all of it.",
    ],
    load: async () => (await import("./serve-command.ts")).serveCommand,
  },
  {
    name: "mcp",
    about: "offer a file's workflows as MCP tools",
    usage: "FILE... [options]",
    least: 1,
    most: Number.POSITIVE_INFINITY,
    argument: files,
    options: [
      ...stand,
      ...code,
      { name: "documents", value: "FILE", about: "documents to search, a YAML or JSON list, or lists by collection; kept in memory", completes: "file" },
      envFile,
      store,
      sessions,
    ],
    examples: [
      ["aixlet mcp team.yaml", "a tool named team, which takes a message"],
      ["claude mcp add team -- npx aixlet mcp team.yaml", "in a client"],
    ],
    notes: [
      "Several FILEs are layers: a later one is laid over the earlier ones.",
      "Each place that messages may go to is a tool. It needs npm install @modelcontextprotocol/sdk; docs/mcp.md has all of it.",
    ],
    load: async () => (await import("./mcp-command.ts")).mcpCommand,
  },
  {
    name: "tokens",
    about: "count the tokens of texts",
    usage: "FILE... [options]",
    least: 1,
    most: Number.POSITIVE_INFINITY,
    argument: files,
    options: [
      { name: "model", short: "m", value: "NAME", about: "the model that counts (default: gpt-5)" },
      { name: "tokenizer", value: "FILE", about: "count by this tokenizer.json, or what packTokenizer made of one", completes: "file" },
      json,
    ],
    examples: [
      ["aixlet tokens prompt.md", "as GPT-5 counts it"],
      ["git diff | aixlet tokens - --model claude-opus-4-5", "an estimate: its tokenizer is not public"],
    ],
    notes: ["The last line says whether the counts are exact; a ~ stands before an estimate. What messages and tools cost beside their texts is not counted."],
    load: async () => (await import("./tokens-command.ts")).tokensCommand,
  },
  {
    name: "models",
    about: "list models with their prices and limits",
    usage: "[TEXT] [options]",
    least: 0,
    most: 1,
    options: [json],
    examples: [
      ["aixlet models gpt-5", "those with this in their names"],
      ["aixlet models --json", "all, for a program"],
    ],
    notes: [
      "Prices are dollars for a million tokens, as of the day that is shown; a definition's `prices` overrules them.",
      "A model that is not listed costs what nobody knows: under a budget of money it is refused until it has a price.",
    ],
    load: async () => (await import("./models-command.ts")).modelsCommand,
  },
  {
    name: "validate",
    about: "check a file, and show everything that is wrong with it",
    usage: "FILE... [options]",
    least: 1,
    most: Number.POSITIVE_INFINITY,
    argument: files,
    options: [...code, json],
    examples: [
      ["aixlet validate team.yaml", "all problems at once, each with its line"],
      ["aixlet validate base.yaml production.yaml --json", "two layers, for a program"],
    ],
    notes: [layers, "Exit codes: 0 it can run (there may be warnings), 2 it cannot."],
    load: async () => (await import("./validate-command.ts")).validateCommand,
  },
  {
    name: "simulate",
    about: "run a file many times under faults, and show what breaks",
    usage: "FILE... [options]",
    least: 1,
    most: Number.POSITIVE_INFINITY,
    argument: files,
    options: [
      { name: "seeds", value: "N", about: "how many runs; 1000 without" },
      { name: "seed", value: "N", about: "the first one's seed; 0 without" },
      { name: "faults", value: "LIST", about: "what may go wrong, with commas; none: nothing; everything without", completes: [...ALL_FAULTS, "none"] },
      { name: "input", short: "i", value: "TEXT", about: "the message that goes in; a few short texts without" },
      { name: "to", value: "NAME", about: "the agent or port it goes to, where several would do" },
      { name: "for", value: "DURATION", about: "let producers go on for so long, of the world's time; 10s without" },
      { name: "budget-calls", value: "N", about: "at most N calls of models in a run" },
      { name: "budget-tokens", value: "N", about: "at most N tokens in a run" },
      { name: "budget-time", value: "DURATION", about: "at most so long, of the world's time" },
      { name: "most-calls", value: "N", about: "a run with more calls of models has no bound; 300 without" },
      envFile,
      json,
    ],
    examples: [
      ["aixlet simulate team.yaml", "a thousand runs in which everything goes wrong that can"],
      ["aixlet simulate team.yaml --seeds 20000 --faults lost,late,model-failure", "more of them, and only these"],
      ["aixlet simulate team.yaml --seed 417 --seeds 1", "one run again"],
      ["aixlet simulate team.yaml --json", "for a program"],
    ],
    notes: [
      layers,
      `Models, tools, people and stores are played: nothing is called, no key is needed, and time is virtual. Faults: ${ALL_FAULTS.join(", ")}.`,
      "Models answer as the schema or the decision asks, and sometimes not. The same seed leads to the same run everywhere; each finding is shown with the shortest run that has it.",
      "Exit codes: 0 nothing was found, 1 something was (a stall, a run without bound, a budget that did not hold, a broken promise), 2 bad usage or configuration.",
    ],
    load: async () => (await import("./simulate-command.ts")).simulateCommand,
  },
  {
    name: "graph",
    about: "draw who sends to whom, or what comes after what",
    usage: "FILE... [options]",
    least: 1,
    most: Number.POSITIVE_INFINITY,
    argument: files,
    options: [
      { name: "format", value: "FORMAT", about: "text (a drawing for terminals), mermaid, or list", completes: ["text", "mermaid", "list"] },
      { name: "expand", about: "print the definition instead, with the flow that its pattern is" },
      { name: "width", value: "COLUMNS", about: "how wide the drawing may be; the terminal's width otherwise" },
    ],
    examples: [
      ["aixlet graph team.yaml", "in the terminal"],
      ["aixlet graph team.yaml --format mermaid > team.mmd", "for a page"],
      ["aixlet graph team.yaml --expand > flow.yaml", "a pattern as the flow it is, to change it"],
    ],
    notes: [layers],
    load: async () => (await import("./graph/graph-command.ts")).graphCommand,
  },
  {
    name: "runs",
    about: "look at runs that are kept, and go on with them",
    usage: "list | ACTION ID | diff A B | import FILE [options]",
    least: 1,
    most: 3,
    argument: { name: "ACTION", completes: ["list", "show", "resume", "replay", "fork", "diff", "export", "import", "verify", "sign", "erase"] },
    options: [
      store,
      keys,
      { name: "output", short: "o", value: "FILE", about: "where export writes the run to, and sign its signature", completes: "file" },
      { name: "key", value: "FILE", about: "sign, verify: an Ed25519 key in PEM, the private or the public one", completes: "file" },
      { name: "signature", value: "FILE", about: "verify: what sign wrote", completes: "file" },
      { name: "at", value: "STEP", about: "fork: the steps it has in common with this run; 0 begins anew" },
      { name: "id", value: "ID", about: "fork: what the new run is called, for ever" },
      { name: "input", short: "i", value: "TEXT", about: "fork at step 0: the message that goes in; - reads it from stdin" },
      { name: "prompt", value: "AGENT=TEXT", about: "fork: an agent's prompt from here on; AGENT=@FILE reads it", many: true },
      { name: "result", value: "EFFECT=TEXT", about: "fork: what an effect came to; EFFECT=@FILE reads it", many: true },
      { name: "seed", value: "N", about: "fork: what randomness comes from, from here on" },
      { name: "new-engine", about: "fork: on the engine of today, if it comes to the same commands" },
      ...stand.map((option) =>
        option.name === "model" ? { ...option, value: "[AGENT=]NAME", about: "use this model in every agent, or in that one", many: true } : option,
      ),
      ...code,
      envFile,
      ...looks,
    ],
    examples: [
      ["aixlet run team.yaml -i hello --store .aixlet --id first", "a run that is kept"],
      ["aixlet runs list", "the newest first; open is what has not ended"],
      ["aixlet runs show first", "what went into it, step by step"],
      ["aixlet runs resume first --tools tools.js", "go on where it was left"],
      ["aixlet runs replay first", "do it again, asking nobody, and prove every step"],
      ["aixlet runs fork first --at 4 --model clerk=gpt-5", "from its fourth step, as a new run"],
      ["aixlet runs diff first second", "where they part, and what each does then"],
      ["aixlet runs export first -o first.aixlet", "one file, with its engine and its definition"],
      ["aixlet runs sign first --key key.pem -o first.sig", "vouch for all that is in it now"],
      ["aixlet runs verify first --signature first.sig --key public.pem", "nothing was changed"],
      ["aixlet runs erase first --keys keys", "nobody can read any more what was said in it"],
    ],
    notes: [
      "Without --store and AIXLET_STORE the folder .aixlet is taken.",
      "A run goes on with the engine and the definition that it was begun with. Tools and roles are code: give them again. A tool that may run only once and was under way is not run again: the model is told that its outcome is unknown.",
      "A fork leaves the run it comes from as it is. Without --at it is forked before the first --result, or else before its last step.",
    ],
    load: async () => (await import("./runs/runs-command.ts")).runsCommand,
  },
  {
    name: "session",
    about: "look at conversations that are kept, and go on with them",
    usage: "list | show ID | resume ID FILE | checkpoint ID | restore ID | delete ID",
    least: 1,
    most: Number.POSITIVE_INFINITY,
    argument: { name: "ACTION", completes: ["list", "show", "resume", "checkpoint", "restore", "delete"] },
    options: [
      { name: "input", short: "i", value: "TEXT", about: "with resume: the message that goes in; - reads it from stdin" },
      ...session,
      ...stand,
      ...code,
      envFile,
      ...looks,
    ],
    examples: [
      ["aixlet run chat.yaml -i hello --session trip", "a conversation that is kept"],
      ["aixlet session list", "what was said last first"],
      ["aixlet session show trip", "what was said, turn by turn"],
      ['aixlet session resume trip chat.yaml -i "and then?"', "go on with it"],
      ["aixlet session checkpoint trip", "mark how it stands; restore brings it back to that"],
      ["aixlet session restore trip 3f2a", "by the beginning of a checkpoint's SHA-256; without, to the last one"],
    ],
    notes: [
      "Without --sessions the folder AIXGO_SESSION_DIR is taken, else ~/.aixgo/sessions; resume takes what the FILE says.",
      "A session is kept for agents of files with a `session` block.",
    ],
    load: async () => (await import("./session/session-command.ts")).sessionCommand,
  },
  {
    name: "doctor",
    about: "look at the runtime, the core, packages, keys and the terminal",
    usage: "[options]",
    least: 0,
    most: 0,
    options: [json],
    examples: [["aixlet doctor", "values of keys are never shown"]],
    load: async () => (await import("./doctor-command.ts")).doctorCommand,
  },
  {
    name: "init",
    about: "write a small file of agents to start from, and its script",
    usage: "[DIR]",
    least: 0,
    most: 1,
    argument: { name: "DIR", completes: "directory" },
    options: [],
    examples: [
      ["aixlet init", "here"],
      ["aixlet init hello && aixlet run hello/agents.yaml -s hello/agents.script.yaml -i hi", "in a new folder, and run at once"],
    ],
    notes: ["Nothing is overwritten."],
    load: async () => (await import("./init-command.ts")).initCommand,
  },
  {
    name: "completion",
    about: "print a completion script for a shell",
    usage: "bash|zsh|fish",
    least: 1,
    most: 1,
    argument: { name: "SHELL", completes: ["bash", "zsh", "fish"] },
    options: [],
    examples: [
      ['eval "$(aixlet completion bash)"', "in ~/.bashrc"],
      ['eval "$(aixlet completion zsh)"', "in ~/.zshrc, after compinit"],
      ["aixlet completion fish > ~/.config/fish/completions/aixlet.fish", "for fish"],
    ],
    load: async () => (await import("./completion-command.ts")).completionCommand,
  },
];

export function commandNamed(name: string): Command | undefined {
  return commands.find((command) => command.name === name);
}
