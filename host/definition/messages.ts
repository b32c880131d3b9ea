// What the core says about a definition: every problem's code and words. The core's table is made from this; docs/errors.md explains the codes.
//
// `{key}` is the name of the key, `{text}` the value as it is written, `{what}` the value with a word for its kind. Every other name in braces is
// filled in by the core in the order in which they stand.

export interface Message {
  /** Kebab-case; empty for a part of other messages. */
  code: string;
  isWarning: boolean;
  text: string;
}

const error = (code: string, text: string): Message => ({ code, isWarning: false, text });
const warning = (code: string, text: string): Message => ({ code, isWarning: true, text });
const part = (text: string): Message => ({ code: "", isWarning: false, text });

export const messages = {
  // The file as a whole.
  NoSource: error("empty-document", "there is no file to read"),
  EmptyDocument: error("empty-document", "the file holds nothing"),
  SeveralDocuments: error("several-documents", "the file holds {count} documents; a definition is one"),
  NotAMap: error("not-a-map", "a definition is a map of keys, such as `agents:`"),
  BadNodes: error("bad-nodes", "the nodes that the host sent are no document"),
  TooLarge: error("too-large", "the file holds more than 10 MB of text"),
  TooManyNodes: error("too-many-nodes", "more than 10000 nodes, aliases counted as what they stand for"),
  TooManyAliases: error("too-many-aliases", "more than 100 aliases"),
  TooDeep: error("too-deep", "more than 20 levels deep"),
  DeepDocument: warning("large-document", "more than 10 levels deep"),
  ManyKeys: warning("large-document", "more than 1000 keys"),
  LargeDocument: warning("large-document", "more than 1 MB"),

  // Keys, scalars, aliases.
  KeyNotScalar: error("key-not-text", "a key is text, not a list or a map"),
  KeyNotText: error("key-not-text", "a key is text: put `{word}` in quotes"),
  KeyTooLong: error("key-too-long", "a key of more than 1024 bytes"),
  ValueTooLong: error("value-too-long", "a value of more than 1 MB"),
  DuplicateKey: error("duplicate-key", "`{key}` stands here a second time"),
  FirstInLine: part("; the first is in line {line}"),
  NotANumber: error("not-a-number", "there are no infinite numbers: write a large one, or leave the key out"),
  BadTagged: error("bad-value", "`{text}` is not what its tag `{tag}` says"),
  CustomTag: error("custom-tag", "the tag `{tag}` means nothing here"),
  NoAnchor: error("bad-alias", "`*{name}` has no anchor before it"),
  AliasInside: error("bad-alias", "`*{name}` stands inside what it stands for"),

  // Spelling.
  UnknownKey: error("unknown-key", "there is no key `{key}` here"),
  EmptyValue: warning("empty-value", "`{key}` has no value: it is as if it were not there"),
  TwoSpellings: error("two-spellings", "`{key}` and `{other}` mean the same, and say different things"),
  NamesDiffer: error("two-spellings", "the agent is `{name}` by its key and another by its `name`"),
  TargetAsSource: warning("misplaced-key", "`target` under `inputs` is read as `source`"),
  WrongRole: error("wrong-role", "`{key}` means nothing for an agent of this role"),
  MissingKey: error("missing-key", "`{name}` is missing"),
  MissingProviderModel: error("missing-key", "`model` is missing, and the agent has none"),

  // Variables.
  UnsetVariable: error("unset-variable", "the variable `{name}` has no value"),
  LateVariable: warning("unset-variable", "the variable `{name}` has no value: calls that need it will fail"),
  FilledTooLong: error("value-too-long", "with its variables filled in it is more than 1 MB"),
  FilledTooMuch: error("too-large", "with its variables filled in the definition holds more than 10 MB of text"),
  TooManyVariables: error("too-many-variables", "more than 1000 variables"),
  NotAVariable: warning("not-a-variable", "`${` begins no variable here, and stays as it is; write `$$` for a dollar sign"),
  SecretInFile: warning("secret-in-file", "`{key}` holds a secret: keep it in a variable and write its name here, as in `${API_KEY}`"),

  // Types and ranges.
  WrongType: error("wrong-type", "this must be {wanted}, not {what}"),
  WrongSecret: error("wrong-type", "this must be text"),
  WantText: part("text"),
  WantFlag: part("true or false"),
  WantInteger: part("a whole number"),
  WantNumber: part("a number"),
  WantDuration: part("a duration such as `30s`"),
  WantWord: part("a word"),
  WantList: part("a list"),
  WantMap: part("a map"),
  IsNothing: part("nothing"),
  IsText: part("the text `{text}`"),
  IsFlag: part("the yes-or-no value `{text}`"),
  IsNumber: part("the number `{text}`"),
  EmptyText: error("empty-text", "this may not be empty"),
  BadName: error("bad-name", "`{text}` is no name: letters, digits, `-` and `_`, at most 64"),
  OutOfRange: error("out-of-range", "`{text}` is out of range: from {least} to {most}"),
  TooSmall: error("out-of-range", "`{text}` is out of range: {least} or more"),
  TooMuch: error("out-of-range", "`{text}` is out of range: it is too large"),
  TimeMustPass: error("out-of-range", "time must pass: more than zero is needed"),
  BadDuration: error("bad-duration", "`{text}` is no duration: write numbers with units, as in `1h30m` or `1.5s` (ns us ms s m h d w)"),
  NoUnit: part("; a number alone has no unit"),
  BadSize: error("bad-size", "this must be a size such as `64 MB` or `512KiB`, or a number of bytes"),
  BadAmount: error("bad-amount", 'this must be an amount of dollars such as `"2.50"`, with at most nine digits after the point'),
  BadChoice: error("bad-choice", "`{text}` is none of {words}"),
  FirstWord: part("`{word}`"),
  NextWord: part(", `{word}`"),

  // What this version has.
  Unsupported: error("unsupported", "`{key}`: {reason}"),
  UnsupportedWord: error("unsupported", "`{text}`: {reason}"),
  NoStrategy: error("unsupported", "without `aggregator_config.aggregation_strategy` it is `consensus`, and only votes and `concatenate` are in this version"),
  NoEffect: warning("no-effect", "`{key}` has no effect: {reason}"),
  AsksNoModel: warning("no-effect", "`{key}` has no effect: an agent of this role asks no model"),
  TakesNoMessages: warning("no-effect", "`{key}` has no effect: a producer takes no messages"),

  // Agents.
  NoAgents: warning("no-agents", "no agents: there is nothing to run, only something to lay over another file"),
  ReservedName: error("reserved-name", "`user` is the outside: an agent needs another name"),
  DuplicateAgent: error("duplicate-agent", "there are two agents `{text}`"),
  SupervisorsName: error("duplicate-agent", "`{text}` is the supervisor's name"),
  MissingRole: error("missing-role", "an agent without `role` is `react` and needs a model; this one has neither"),
  UnknownRole: error("unknown-role", "there is no role `{text}`: the engine has {roles}"),
  NoHostRoles: part(", and the host has registered none"),
  HostRoles: part("; the host has registered {roles}"),
  MissingModel: error("missing-model", "this agent has no `model`, and neither `llm` nor `supervisor` gives one"),
  UnknownProvider: warning("unknown-provider", "no provider is known by the id `{text}`: give `provider`, or give the host a model of that name"),
  DuplicateTool: error("duplicate-tool", "the agent has two tools `{text}`"),
  NoHandler: warning("no-handler", "the host has no tool `{text}`: calls of it will fail"),
  RetryOnce: error("bad-combination", "a tool of effect `once` is never run again: `retry` needs `effect: idempotent` or `pure`"),
  UnknownOnce: error("bad-combination", "a tool of effect `once` is never run again: `on_unknown: retry` needs `effect: idempotent` or `pure`"),
  UnknownGap: warning("unknown-gap", "the text that `{key}` replaces has no gap `{{name}}`: it stays as it is"),
  UnknownSource: warning("unknown-source", "`{key}` is nobody whom this agent hears"),
  NearName: warning("near-name", "`{text}` is no agent, and so a port to the outside"),
  UnknownAgent: error("unknown-agent", "there is no agent `{text}` to depend on"),
  DependencyCycle: error("dependency-cycle", "agents wait for each other: "),
  Arrow: part(" -> "),

  // Flows.
  NoKind: error(
    "no-kind",
    "a node of a flow has one of the keys `agent`, `sequence`, `parallel`, `map`, `choose`, `loop`, `handoff`, `supervise`, `join`, `retrieve`, `plan`, `use`",
  ),
  TwoKinds: error("two-kinds", "`{key}` is another kind beside `{kind}`: a node has one"),
  FlowTooDeep: error("too-deep", "more than 64 nodes within each other"),
  EmptyNodes: error("empty-list", "this may not be empty"),
  UnknownFlowAgent: error("unknown-agent", "there is no agent `{text}`"),
  NoFlowModel: error("missing-model", "this needs a model: give it `model`, or one to `llm` or `supervisor`"),
  AgentsKey: error("misplaced-key", "`{key}` belongs to a node of kind `agent`"),
  BesideKind: error("misplaced-key", "`{key}` stands beside `{kind}`, not in it"),
  InsideKind: error("misplaced-key", "`{key}` stands in `{kind}`, not beside it"),
  MisplacedModel: error("misplaced-key", "`model` is an agent's key; in a flow it stands in `supervise`, `supervise.by` and `join`"),
  NotOfPicker: error("misplaced-key", "beside `model` and `prompt` nothing else says who picks"),
  DecidesNothing: error("bad-combination", "an agent of this role asks no model that could decide"),
  OtherDecision: error("bad-combination", "`{text}` is not what is decided here"),
  NeedsDecision: error("bad-combination", "`options` needs `decide` with `category`, `next` or `assign`"),
  NeedsQueries: error("bad-combination", "`count` needs `decide: queries`"),
  NeedsDecider: error("bad-combination", "`min_confidence` needs a node in `by`"),
  CasesByName: error("bad-combination", "with `by`, `cases` is a map of value and node"),
  CasesByCondition: error("bad-combination", "without `by`, `cases` is a list of `{when, do}`"),
  QuorumTooLarge: error("out-of-range", "`{text}` is out of range: there are {count} branches"),
  SameLabel: error("same-name", "two nodes here are called `{name}`: give one a `name`"),
  SameKey: error("same-name", "two parts of the input would have the same key"),
  UnknownMember: error("unknown-member", "there is no member `{text}` here"),
  UnknownMemberKey: error("unknown-member", "there is no member `{key}` here"),
  TransferToSelf: error("unknown-member", "`{text}` cannot pass on to itself"),
  NotARetriever: error("wrong-role", "`{text}` is no retriever"),
  NoUse: error("unsupported", "other definitions are not in this version"),
  ReservedBinding: error("reserved-name", "`{text}` is taken: `input`, `prev`, `item` and `last` are no names"),
  BoundTwice: error("name-set-twice", "`{text}` is set twice in one sequence"),
  NotAReference: error(
    "bad-reference",
    "this must be a reference: `$input`, `$prev`, `$item`, `$last` or `$` and the name of an earlier node, each with `.field` parts if wanted",
  ),
  BadReference: error("bad-reference", "`{text}` is no reference: parts of it are empty"),
  UnknownName: error("unknown-name", "no earlier node of a sequence around this has set the name of `{text}`"),
  UncertainName: error("unknown-name", "`{text}` is not certain to be set here: only later nodes of the sequence that sets it see it"),
  NoItem: error("bad-reference", "there is an `$item` within `map` only"),
  NoLast: error("bad-reference", "there is a `$last` within `loop` only"),
  BadCondition: error("bad-condition", "`{text}` is no condition: at character {column} {reason}"),
  // In the order of ConditionFault in assembly/flow/condition.ts.
  FaultUnexpected: part("something else is expected"),
  FaultEnd: part("it ends too early"),
  FaultCharacter: part("stands what no condition has"),
  FaultTruth: part("a number or a text alone says neither yes nor no"),
  FaultTooLong: part("it is more than 4096 bytes long"),
  FaultTooDeep: part("it is nested more than 32 deep"),
  NotInLoop: error("bad-condition", "`iteration` and `gain` are those of a `loop`, and this stands in none"),
  FlowAndPattern: error("bad-combination", "a definition has a `flow` or an `orchestration`, not both"),
  WiredInFlow: warning("no-effect", "`{key}` has no effect: the flow says who hears whom"),
  // Patterns.
  Beside: error("bad-combination", "`{key}` stands beside `{other}`: there can be one of them"),
  WrongPattern: error("wrong-pattern", "`{key}` is no parameter of `{pattern}`: it belongs to "),
  WrongPart: error("wrong-pattern", "`{key}` belongs to `{other}: {word}`"),
  NotInPattern: warning("no-effect", "`{key}` has no effect: it belongs to the pattern `{pattern}`"),
  NoMembers: error("no-members", "the pattern `{pattern}` has nobody to work with: name its `{list}`"),
  MemberTwice: error("duplicate-agent", "`{text}` is a member already"),
  NotAMember: error("unknown-member", "`{text}` is no member"),
  NoSuchAgent: error("unknown-agent", "there is no agent `{text}`, and no model is known by that name"),
  UnknownCategory: warning("unknown-category", "the classifier has no category `{key}`: this route is never taken"),
  TeamsTooDeep: error("too-deep", "more than {levels} levels of managers: `max_depth` allows no more"),
} as const satisfies Record<string, Message>;
