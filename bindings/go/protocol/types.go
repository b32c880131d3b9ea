// Code generated from wit/ by tools/generate.ts. DO NOT EDIT.

package protocol

// Version of the protocol: major * 65536 + minor.
const Version = 1

// Run: a run in this engine: generation * 2^22 + index, below 2^53. Given by the core; 0 is none.
type Run = uint64

// NodeKind: what a YAML parser made of a piece of text, before anybody decided what it means.
type NodeKind uint8

const (
	NodeKindMapping NodeKind = iota
	NodeKindSequence
	NodeKindScalar
	NodeKindAlias
)

var nodeKindNames = []string{"mapping", "sequence", "scalar", "alias"}

// String gives the case's name in the protocol.
func (v NodeKind) String() string { return caseName(nodeKindNames, uint8(v)) }

// MarshalText gives the case's name in the protocol.
func (v NodeKind) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// ScalarStyle: one of the cases of `scalar-style`.
type ScalarStyle uint8

const (
	ScalarStylePlain ScalarStyle = iota
	ScalarStyleSingleQuoted
	ScalarStyleDoubleQuoted
	ScalarStyleLiteral
	ScalarStyleFolded
)

var scalarStyleNames = []string{"plain", "single-quoted", "double-quoted", "literal", "folded"}

// String gives the case's name in the protocol.
func (v ScalarStyle) String() string { return caseName(scalarStyleNames, uint8(v)) }

// MarshalText gives the case's name in the protocol.
func (v ScalarStyle) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Node: one node of a document. A document is its nodes in order of appearance, each followed by its `count` children; a mapping's children
// are its keys and values in turn.
type Node struct {
	Kind NodeKind `json:"kind"`

	Style ScalarStyle `json:"style"`

	// From 1.
	Line uint32 `json:"line"`

	Column uint32 `json:"column"`

	// A sequence's items, a mapping's keys plus values; else 0.
	Count uint32 `json:"count"`

	// As written in the file, without resolution: `!!str`, `!mine`; empty if none.
	Tag string `json:"tag"`

	// Name of the anchor on this node, or, of an alias, the one it points at; empty if none.
	Anchor string `json:"anchor"`

	// A scalar's text after quotes, escapes and folding.
	Text string `json:"text"`
}

func writeNode(w *FrameWriter, at int, v *Node) {
	w.oneOf(at+0, uint8(v.Kind), len(nodeKindNames))
	w.oneOf(at+1, uint8(v.Style), len(scalarStyleNames))
	w.u32(at+4, v.Line)
	w.u32(at+8, v.Column)
	w.u32(at+12, v.Count)
	w.text(at+16, v.Tag)
	w.text(at+24, v.Anchor)
	w.text(at+32, v.Text)
}

func readNode(r *FrameReader, p []byte) (v Node) {
	v.Kind = NodeKind(r.oneOf(p, 0, len(nodeKindNames)))
	v.Style = ScalarStyle(r.oneOf(p, 1, len(scalarStyleNames)))
	v.Line = r.u32(p, 4)
	v.Column = r.u32(p, 8)
	v.Count = r.u32(p, 12)
	v.Tag = r.text(p, 16)
	v.Anchor = r.text(p, 24)
	v.Text = r.text(p, 32)
	return v
}

// Source: a file and its documents' nodes.
type Source struct {
	Path string `json:"path"`

	// How many documents the file holds: more or fewer than one is refused.
	Documents uint32 `json:"documents"`

	Nodes []Node `json:"nodes"`
}

func writeSource(w *FrameWriter, at int, v *Source) {
	w.text(at+0, v.Path)
	w.u32(at+8, v.Documents)
	writeItems(w, at+12, v.Nodes, 40, 4, writeNode)
}

func readSource(r *FrameReader, p []byte) (v Source) {
	v.Path = r.text(p, 0)
	v.Documents = r.u32(p, 8)
	v.Nodes = readItems(r, p, 12, 40, 4, readNode)
	return v
}

// Variable: a variable's value, or none if it is not set.
type Variable struct {
	Name string `json:"name"`

	Value *string `json:"value"`
}

func writeVariable(w *FrameWriter, at int, v *Variable) {
	w.text(at+0, v.Name)
	w.flag(at+8, v.Value != nil)
	if v.Value != nil {
		w.text(at+12, *v.Value)
	}
}

func readVariable(r *FrameReader, p []byte) (v Variable) {
	v.Name = r.text(p, 0)
	if r.flag(p, 8) {
		v.Value = new(string)
	}
	if v.Value != nil {
		*v.Value = r.text(p, 12)
	}
	return v
}

// Severity: one of the cases of `severity`.
type Severity uint8

const (
	SeverityError Severity = iota
	SeverityWarning
)

var severityNames = []string{"error", "warning"}

// String gives the case's name in the protocol.
func (v Severity) String() string { return caseName(severityNames, uint8(v)) }

// MarshalText gives the case's name in the protocol.
func (v Severity) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Problem: what is wrong with a definition, where, and the way out.
type Problem struct {
	Severity Severity `json:"severity"`

	// From a closed list, kebab-case: docs/errors.md.
	Code string `json:"code"`

	// File, as given.
	File string `json:"file"`

	Line uint32 `json:"line"`

	Column uint32 `json:"column"`

	// Where in the document: `agents[2].tools[0].name`.
	Path string `json:"path"`

	Message string `json:"message"`

	// The key or value that was meant, or empty.
	Suggestion string `json:"suggestion"`
}

func writeProblem(w *FrameWriter, at int, v *Problem) {
	w.oneOf(at+0, uint8(v.Severity), len(severityNames))
	w.text(at+4, v.Code)
	w.text(at+12, v.File)
	w.u32(at+20, v.Line)
	w.u32(at+24, v.Column)
	w.text(at+28, v.Path)
	w.text(at+36, v.Message)
	w.text(at+44, v.Suggestion)
}

func readProblem(r *FrameReader, p []byte) (v Problem) {
	v.Severity = Severity(r.oneOf(p, 0, len(severityNames)))
	v.Code = r.text(p, 4)
	v.File = r.text(p, 12)
	v.Line = r.u32(p, 20)
	v.Column = r.u32(p, 24)
	v.Path = r.text(p, 28)
	v.Message = r.text(p, 36)
	v.Suggestion = r.text(p, 44)
	return v
}

// PartRole: one of the cases of `part-role`.
type PartRole uint8

const (
	PartRoleSystem PartRole = iota
	PartRoleUser
	PartRoleAssistant
	PartRoleTool
)

var partRoleNames = []string{"system", "user", "assistant", "tool"}

// String gives the case's name in the protocol.
func (v PartRole) String() string { return caseName(partRoleNames, uint8(v)) }

// MarshalText gives the case's name in the protocol.
func (v PartRole) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// PartKind: one of the cases of `part-kind`.
type PartKind uint8

const (
	PartKindText PartKind = iota
	PartKindReasoning
	PartKindToolCall
	PartKindToolResult
	PartKindToolError
)

var partKindNames = []string{"text", "reasoning", "tool-call", "tool-result", "tool-error"}

// String gives the case's name in the protocol.
func (v PartKind) String() string { return caseName(partKindNames, uint8(v)) }

// MarshalText gives the case's name in the protocol.
func (v PartKind) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Part: a part of a turn; a turn is the parts of one role in a row.
type Part struct {
	Role PartRole `json:"role"`

	Kind PartKind `json:"kind"`

	// Text; of a tool call its arguments as JSON; of a tool result what the model is shown.
	Text string `json:"text"`

	// Of a call and its result: the model's own id of the call.
	ID string `json:"id"`

	// Of a call and its result: the tool's name.
	Name string `json:"name"`

	// What the provider wants back as it was (JSON), such as the signature of a thought; empty if none.
	Metadata string `json:"metadata"`
}

func writePart(w *FrameWriter, at int, v *Part) {
	w.oneOf(at+0, uint8(v.Role), len(partRoleNames))
	w.oneOf(at+1, uint8(v.Kind), len(partKindNames))
	w.text(at+4, v.Text)
	w.text(at+12, v.ID)
	w.text(at+20, v.Name)
	w.text(at+28, v.Metadata)
}

func readPart(r *FrameReader, p []byte) (v Part) {
	v.Role = PartRole(r.oneOf(p, 0, len(partRoleNames)))
	v.Kind = PartKind(r.oneOf(p, 1, len(partKindNames)))
	v.Text = r.text(p, 4)
	v.ID = r.text(p, 12)
	v.Name = r.text(p, 20)
	v.Metadata = r.text(p, 28)
	return v
}

// OfferedTool: a tool that a model may call in one call.
type OfferedTool struct {
	Name string `json:"name"`

	Description string `json:"description"`

	// JSON Schema of its arguments.
	Parameters string `json:"parameters"`
}

func writeOfferedTool(w *FrameWriter, at int, v *OfferedTool) {
	w.text(at+0, v.Name)
	w.text(at+8, v.Description)
	w.text(at+16, v.Parameters)
}

func readOfferedTool(r *FrameReader, p []byte) (v OfferedTool) {
	v.Name = r.text(p, 0)
	v.Description = r.text(p, 8)
	v.Parameters = r.text(p, 16)
	return v
}

// TextCount: of one text.
type TextCount struct {
	Tokens uint32 `json:"tokens"`
}

func writeTextCount(w *FrameWriter, at int, v *TextCount) {
	w.u32(at+0, v.Tokens)
}

func readTextCount(r *FrameReader, p []byte) (v TextCount) {
	v.Tokens = r.u32(p, 0)
	return v
}

// SearchMethod: how documents are looked for.
type SearchMethod uint8

const (
	SearchMethodSemantic SearchMethod = iota
	SearchMethodKeyword
)

var searchMethodNames = []string{"semantic", "keyword"}

// String gives the case's name in the protocol.
func (v SearchMethod) String() string { return caseName(searchMethodNames, uint8(v)) }

// MarshalText gives the case's name in the protocol.
func (v SearchMethod) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// FinishReason: one of the cases of `finish-reason`.
type FinishReason uint8

const (
	FinishReasonStop FinishReason = iota
	FinishReasonLength
	FinishReasonToolCalls
	FinishReasonContentFilter
	FinishReasonOther
)

var finishReasonNames = []string{"stop", "length", "tool-calls", "content-filter", "other"}

// String gives the case's name in the protocol.
func (v FinishReason) String() string { return caseName(finishReasonNames, uint8(v)) }

// MarshalText gives the case's name in the protocol.
func (v FinishReason) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Usage: tokens of one call. Input includes what was read from and written to a cache; output includes reasoning.
type Usage struct {
	Input uint32 `json:"input"`

	Output uint32 `json:"output"`

	CachedRead uint32 `json:"cached-read"`

	CachedWrite uint32 `json:"cached-write"`

	Reasoning uint32 `json:"reasoning"`
}

func writeUsage(w *FrameWriter, at int, v *Usage) {
	w.u32(at+0, v.Input)
	w.u32(at+4, v.Output)
	w.u32(at+8, v.CachedRead)
	w.u32(at+12, v.CachedWrite)
	w.u32(at+16, v.Reasoning)
}

func readUsage(r *FrameReader, p []byte) (v Usage) {
	v.Input = r.u32(p, 0)
	v.Output = r.u32(p, 4)
	v.CachedRead = r.u32(p, 8)
	v.CachedWrite = r.u32(p, 12)
	v.Reasoning = r.u32(p, 16)
	return v
}

// FailureKind: why something outside failed.
type FailureKind uint8

const (
	FailureKindRateLimit FailureKind = iota
	FailureKindTimeout
	FailureKindServerError
	FailureKindNetwork
	FailureKindAuthentication
	FailureKindInvalidRequest
	FailureKindContentFilter
	FailureKindMalformed
	FailureKindMissing
	FailureKindFailed
	FailureKindAborted

	// FailureKindUnavailable: not tried: its circuit breaker is open.
	FailureKindUnavailable

	// FailureKindContextLength: more tokens than the model takes.
	FailureKindContextLength
)

var failureKindNames = []string{"rate-limit", "timeout", "server-error", "network", "authentication", "invalid-request", "content-filter", "malformed", "missing", "failed", "aborted", "unavailable", "context-length"}

// String gives the case's name in the protocol.
func (v FailureKind) String() string { return caseName(failureKindNames, uint8(v)) }

// MarshalText gives the case's name in the protocol.
func (v FailureKind) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// StopReason: why a run, a node of a flow or an activation is over.
type StopReason uint8

const (
	StopReasonDone StopReason = iota
	StopReasonFailed
	StopReasonCancelled
	StopReasonDeadline
	StopReasonBudget
	StopReasonLimit
	StopReasonNoProgress
	StopReasonNoRoute
	StopReasonBadDecision
	StopReasonRefused
	StopReasonDenied
	StopReasonUnknown
	StopReasonStalled
)

var stopReasonNames = []string{"done", "failed", "cancelled", "deadline", "budget", "limit", "no-progress", "no-route", "bad-decision", "refused", "denied", "unknown", "stalled"}

// String gives the case's name in the protocol.
func (v StopReason) String() string { return caseName(stopReasonNames, uint8(v)) }

// MarshalText gives the case's name in the protocol.
func (v StopReason) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Level: one of the cases of `level`.
type Level uint8

const (
	LevelDebug Level = iota
	LevelInfo
	LevelWarn
	LevelError
)

var levelNames = []string{"debug", "info", "warn", "error"}

// String gives the case's name in the protocol.
func (v Level) String() string { return caseName(levelNames, uint8(v)) }

// MarshalText gives the case's name in the protocol.
func (v Level) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// SpanKind: one of the cases of `span-kind`.
type SpanKind uint8

const (
	SpanKindWorkflow SpanKind = iota
	SpanKindAgent
	SpanKindChat
	SpanKindTool
	SpanKindRetrieval

	// SpanKindNode: a node of a flow that is no agent.
	SpanKindNode
)

var spanKindNames = []string{"workflow", "agent", "chat", "tool", "retrieval", "node"}

// String gives the case's name in the protocol.
func (v SpanKind) String() string { return caseName(spanKindNames, uint8(v)) }

// MarshalText gives the case's name in the protocol.
func (v SpanKind) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Counters: what a run has counted since it began.
type Counters struct {
	Steps uint64 `json:"steps"`

	Activations uint64 `json:"activations"`

	Hops uint64 `json:"hops"`

	ModelCalls uint64 `json:"model-calls"`

	ToolCalls uint64 `json:"tool-calls"`

	AgentCalls uint64 `json:"agent-calls"`

	Retries uint64 `json:"retries"`

	Timeouts uint64 `json:"timeouts"`

	// Messages that a full mailbox refused, and those it let go for newer ones.
	Refused uint64 `json:"refused"`

	Dropped uint64 `json:"dropped"`

	// Completions of effects that were over already.
	Late uint64 `json:"late"`

	InputTokens uint64 `json:"input-tokens"`

	OutputTokens uint64 `json:"output-tokens"`
}

func writeCounters(w *FrameWriter, at int, v *Counters) {
	w.u64(at+0, v.Steps)
	w.u64(at+8, v.Activations)
	w.u64(at+16, v.Hops)
	w.u64(at+24, v.ModelCalls)
	w.u64(at+32, v.ToolCalls)
	w.u64(at+40, v.AgentCalls)
	w.u64(at+48, v.Retries)
	w.u64(at+56, v.Timeouts)
	w.u64(at+64, v.Refused)
	w.u64(at+72, v.Dropped)
	w.u64(at+80, v.Late)
	w.u64(at+88, v.InputTokens)
	w.u64(at+96, v.OutputTokens)
}

func readCounters(r *FrameReader, p []byte) (v Counters) {
	v.Steps = r.u64(p, 0)
	v.Activations = r.u64(p, 8)
	v.Hops = r.u64(p, 16)
	v.ModelCalls = r.u64(p, 24)
	v.ToolCalls = r.u64(p, 32)
	v.AgentCalls = r.u64(p, 40)
	v.Retries = r.u64(p, 48)
	v.Timeouts = r.u64(p, 56)
	v.Refused = r.u64(p, 64)
	v.Dropped = r.u64(p, 72)
	v.Late = r.u64(p, 80)
	v.InputTokens = r.u64(p, 88)
	v.OutputTokens = r.u64(p, 96)
	return v
}

// Allowance: an option of a run that the definition leaves to its caller; 0 is none.
type Allowance struct {
	Calls uint64 `json:"calls"`

	Tokens uint64 `json:"tokens"`

	// Milliseconds from the run's start.
	Time uint64 `json:"time"`

	// Micro-dollars.
	Money uint64 `json:"money"`
}

func writeAllowance(w *FrameWriter, at int, v *Allowance) {
	w.u64(at+0, v.Calls)
	w.u64(at+8, v.Tokens)
	w.u64(at+16, v.Time)
	w.u64(at+24, v.Money)
}

func readAllowance(r *FrameReader, p []byte) (v Allowance) {
	v.Calls = r.u64(p, 0)
	v.Tokens = r.u64(p, 8)
	v.Time = r.u64(p, 16)
	v.Money = r.u64(p, 24)
	return v
}

// Tariff: what a model costs: micro-dollars for a million tokens of a kind.
type Tariff struct {
	Input uint64 `json:"input"`

	Output uint64 `json:"output"`

	CachedRead uint64 `json:"cached-read"`

	CachedWrite uint64 `json:"cached-write"`

	Reasoning uint64 `json:"reasoning"`
}

func writeTariff(w *FrameWriter, at int, v *Tariff) {
	w.u64(at+0, v.Input)
	w.u64(at+8, v.Output)
	w.u64(at+16, v.CachedRead)
	w.u64(at+24, v.CachedWrite)
	w.u64(at+32, v.Reasoning)
}

func readTariff(r *FrameReader, p []byte) (v Tariff) {
	v.Input = r.u64(p, 0)
	v.Output = r.u64(p, 8)
	v.CachedRead = r.u64(p, 16)
	v.CachedWrite = r.u64(p, 24)
	v.Reasoning = r.u64(p, 32)
	return v
}

// ModelFacts: what is known of a model.
type ModelFacts struct {
	// As definitions name it.
	Provider string `json:"provider"`

	Model string `json:"model"`

	// Tokens that may go in, and that may come out; 0: not known.
	MaxInput uint32 `json:"max-input"`

	MaxOutput uint32 `json:"max-output"`

	Price Tariff `json:"price"`

	// With more input tokens than so many a call costs `long`; 0: never.
	LongFrom uint32 `json:"long-from"`

	Long Tariff `json:"long"`
}

func writeModelFacts(w *FrameWriter, at int, v *ModelFacts) {
	w.text(at+0, v.Provider)
	w.text(at+8, v.Model)
	w.u32(at+16, v.MaxInput)
	w.u32(at+20, v.MaxOutput)
	w.u64(at+24, v.Price.Input)
	w.u64(at+32, v.Price.Output)
	w.u64(at+40, v.Price.CachedRead)
	w.u64(at+48, v.Price.CachedWrite)
	w.u64(at+56, v.Price.Reasoning)
	w.u32(at+64, v.LongFrom)
	w.u64(at+72, v.Long.Input)
	w.u64(at+80, v.Long.Output)
	w.u64(at+88, v.Long.CachedRead)
	w.u64(at+96, v.Long.CachedWrite)
	w.u64(at+104, v.Long.Reasoning)
}

func readModelFacts(r *FrameReader, p []byte) (v ModelFacts) {
	v.Provider = r.text(p, 0)
	v.Model = r.text(p, 8)
	v.MaxInput = r.u32(p, 16)
	v.MaxOutput = r.u32(p, 20)
	v.Price.Input = r.u64(p, 24)
	v.Price.Output = r.u64(p, 32)
	v.Price.CachedRead = r.u64(p, 40)
	v.Price.CachedWrite = r.u64(p, 48)
	v.Price.Reasoning = r.u64(p, 56)
	v.LongFrom = r.u32(p, 64)
	v.Long.Input = r.u64(p, 72)
	v.Long.Output = r.u64(p, 80)
	v.Long.CachedRead = r.u64(p, 88)
	v.Long.CachedWrite = r.u64(p, 96)
	v.Long.Reasoning = r.u64(p, 104)
	return v
}

// Spending: what an agent has used of one of its models. Tokens as its provider has told them.
type Spending struct {
	Agent uint32 `json:"agent"`

	// Which of the agent's `providers`, from 0.
	Provider uint32 `json:"provider"`

	// Attempts that were made.
	Calls uint64 `json:"calls"`

	// Those of which no tokens were told, though it may have used some: they count with all that was reserved for them.
	Assumed uint64 `json:"assumed"`

	Input uint64 `json:"input"`

	Output uint64 `json:"output"`

	CachedRead uint64 `json:"cached-read"`

	CachedWrite uint64 `json:"cached-write"`

	Reasoning uint64 `json:"reasoning"`

	// Micro-dollars, rounded half to even; none: its price is not known.
	Cost *uint64 `json:"cost"`
}

func writeSpending(w *FrameWriter, at int, v *Spending) {
	w.u32(at+0, v.Agent)
	w.u32(at+4, v.Provider)
	w.u64(at+8, v.Calls)
	w.u64(at+16, v.Assumed)
	w.u64(at+24, v.Input)
	w.u64(at+32, v.Output)
	w.u64(at+40, v.CachedRead)
	w.u64(at+48, v.CachedWrite)
	w.u64(at+56, v.Reasoning)
	w.flag(at+64, v.Cost != nil)
	if v.Cost != nil {
		w.u64(at+72, *v.Cost)
	}
}

func readSpending(r *FrameReader, p []byte) (v Spending) {
	v.Agent = r.u32(p, 0)
	v.Provider = r.u32(p, 4)
	v.Calls = r.u64(p, 8)
	v.Assumed = r.u64(p, 16)
	v.Input = r.u64(p, 24)
	v.Output = r.u64(p, 32)
	v.CachedRead = r.u64(p, 40)
	v.CachedWrite = r.u64(p, 48)
	v.Reasoning = r.u64(p, 56)
	if r.flag(p, 64) {
		v.Cost = new(uint64)
	}
	if v.Cost != nil {
		*v.Cost = r.u64(p, 72)
	}
	return v
}

// Amendment: what one of a run's agents has in place of what its definition gives it.
type Amendment struct {
	// Its name.
	Agent string `json:"agent"`

	// Its prompt, from its next task on.
	Prompt *string `json:"prompt"`

	// The model it asks, in place of all its providers; or empty.
	Model string `json:"model"`
}

func writeAmendment(w *FrameWriter, at int, v *Amendment) {
	w.text(at+0, v.Agent)
	w.flag(at+8, v.Prompt != nil)
	if v.Prompt != nil {
		w.text(at+12, *v.Prompt)
	}
	w.text(at+20, v.Model)
}

func readAmendment(r *FrameReader, p []byte) (v Amendment) {
	v.Agent = r.text(p, 0)
	if r.flag(p, 8) {
		v.Prompt = new(string)
	}
	if v.Prompt != nil {
		*v.Prompt = r.text(p, 12)
	}
	v.Model = r.text(p, 20)
	return v
}

// Evidence: how good is what somebody shows of who they are: nothing; a name that nobody vouches for; one that is vouched for; one that is forged, or known to nobody.
type Evidence uint8

const (
	EvidenceAbsent Evidence = iota
	EvidenceUnchecked
	EvidenceValid
	EvidenceInvalid
)

var evidenceNames = []string{"absent", "unchecked", "valid", "invalid"}

// String gives the case's name in the protocol.
func (v Evidence) String() string { return caseName(evidenceNames, uint8(v)) }

// MarshalText gives the case's name in the protocol.
func (v Evidence) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Outcome: what becomes of a request.
type Outcome uint8

const (
	OutcomeAllowed Outcome = iota
	OutcomeUnauthenticated
	OutcomeForbidden
	OutcomeLimited
)

var outcomeNames = []string{"allowed", "unauthenticated", "forbidden", "limited"}

// String gives the case's name in the protocol.
func (v Outcome) String() string { return caseName(outcomeNames, uint8(v)) }

// MarshalText gives the case's name in the protocol.
func (v Outcome) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// AmendedResult: what an effect that is under way comes to, so that nobody is asked.
type AmendedResult struct {
	Effect uint32 `json:"effect"`

	IsError bool `json:"is-error"`

	Text string `json:"text"`
}

func writeAmendedResult(w *FrameWriter, at int, v *AmendedResult) {
	w.u32(at+0, v.Effect)
	w.flag(at+4, v.IsError)
	w.text(at+8, v.Text)
}

func readAmendedResult(r *FrameReader, p []byte) (v AmendedResult) {
	v.Effect = r.u32(p, 0)
	v.IsError = r.flag(p, 4)
	v.Text = r.text(p, 8)
	return v
}
