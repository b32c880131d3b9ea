// Code generated from wit/ by tools/generate.ts. DO NOT EDIT.

package protocol

import "fmt"

// Command is any command of the protocol.
type Command interface {
	// Type is the name of the command in the protocol.
	Type() string
	fixed() int
	kind() uint16
	write(w *FrameWriter, at int)
}

// DefinedCommand: `defined` of the protocol.
type DefinedCommand struct {
	Tag uint32 `json:"tag"`

	Definition uint32 `json:"definition"`

	// SHA-256 of the sources before substitution, 64 hex digits.
	Hash string `json:"hash"`

	// The whole definition in canonical spelling, as JSON: docs/manifest.md. Secrets stand in it as `${NAME}`.
	Manifest string `json:"manifest"`

	Warnings []Problem `json:"warnings"`
}

// Type is "defined".
func (*DefinedCommand) Type() string { return "defined" }
func (*DefinedCommand) kind() uint16 { return 0 }
func (*DefinedCommand) fixed() int   { return 40 }

func (v *DefinedCommand) write(w *FrameWriter, at int) {
	w.u32(at+8, v.Tag)
	w.u32(at+12, v.Definition)
	w.text(at+16, v.Hash)
	w.text(at+24, v.Manifest)
	writeItems(w, at+32, v.Warnings, 52, 4, writeProblem)
}

func readDefinedCommand(r *FrameReader, p []byte) *DefinedCommand {
	v := &DefinedCommand{}
	v.Tag = r.u32(p, 8)
	v.Definition = r.u32(p, 12)
	v.Hash = r.text(p, 16)
	v.Manifest = r.text(p, 24)
	v.Warnings = readItems(r, p, 32, 52, 4, readProblem)
	return v
}

// ProblemsCommand: `problems` of the protocol.
type ProblemsCommand struct {
	Tag uint32 `json:"tag"`

	Problems []Problem `json:"problems"`
}

// Type is "problems".
func (*ProblemsCommand) Type() string { return "problems" }
func (*ProblemsCommand) kind() uint16 { return 1 }
func (*ProblemsCommand) fixed() int   { return 20 }

func (v *ProblemsCommand) write(w *FrameWriter, at int) {
	w.u32(at+8, v.Tag)
	writeItems(w, at+12, v.Problems, 52, 4, writeProblem)
}

func readProblemsCommand(r *FrameReader, p []byte) *ProblemsCommand {
	v := &ProblemsCommand{}
	v.Tag = r.u32(p, 8)
	v.Problems = readItems(r, p, 12, 52, 4, readProblem)
	return v
}

// VariablesNeededCommand: `variables-needed` of the protocol.
type VariablesNeededCommand struct {
	Tag uint32 `json:"tag"`

	Names []string `json:"names"`
}

// Type is "variables-needed".
func (*VariablesNeededCommand) Type() string { return "variables-needed" }
func (*VariablesNeededCommand) kind() uint16 { return 2 }
func (*VariablesNeededCommand) fixed() int   { return 20 }

func (v *VariablesNeededCommand) write(w *FrameWriter, at int) {
	w.u32(at+8, v.Tag)
	w.texts(at+12, v.Names)
}

func readVariablesNeededCommand(r *FrameReader, p []byte) *VariablesNeededCommand {
	v := &VariablesNeededCommand{}
	v.Tag = r.u32(p, 8)
	v.Names = r.texts(p, 12)
	return v
}

// RefusedCommand: an event that changed nothing.
type RefusedCommand struct {
	// The event's own tag, or 0.
	Tag uint32 `json:"tag"`

	// Place of the event in the frame, from 0.
	Event uint32 `json:"event"`

	Run Run `json:"run"`

	Code string `json:"code"`

	Path string `json:"path"`

	Message string `json:"message"`
}

// Type is "refused".
func (*RefusedCommand) Type() string { return "refused" }
func (*RefusedCommand) kind() uint16 { return 3 }
func (*RefusedCommand) fixed() int   { return 48 }

func (v *RefusedCommand) write(w *FrameWriter, at int) {
	w.u32(at+8, v.Tag)
	w.u32(at+12, v.Event)
	w.u64(at+16, v.Run)
	w.text(at+24, v.Code)
	w.text(at+32, v.Path)
	w.text(at+40, v.Message)
}

func readRefusedCommand(r *FrameReader, p []byte) *RefusedCommand {
	v := &RefusedCommand{}
	v.Tag = r.u32(p, 8)
	v.Event = r.u32(p, 12)
	v.Run = r.u64(p, 16)
	v.Code = r.text(p, 24)
	v.Path = r.text(p, 32)
	v.Message = r.text(p, 40)
	return v
}

// StartedCommand: `started` of the protocol.
type StartedCommand struct {
	Tag uint32 `json:"tag"`

	Run Run `json:"run"`

	ID string `json:"id"`
}

// Type is "started".
func (*StartedCommand) Type() string { return "started" }
func (*StartedCommand) kind() uint16 { return 4 }
func (*StartedCommand) fixed() int   { return 32 }

func (v *StartedCommand) write(w *FrameWriter, at int) {
	w.u32(at+8, v.Tag)
	w.u64(at+16, v.Run)
	w.text(at+24, v.ID)
}

func readStartedCommand(r *FrameReader, p []byte) *StartedCommand {
	v := &StartedCommand{}
	v.Tag = r.u32(p, 8)
	v.Run = r.u64(p, 16)
	v.ID = r.text(p, 24)
	return v
}

// AppendCommand: append to the run's journal, before anything after it is done. With `barrier` the commands of this run that follow wait until it is durable.
type AppendCommand struct {
	Run Run `json:"run"`

	Barrier bool `json:"barrier"`

	Record []byte `json:"record"`

	// The record holds the whole run as it is after its step: it stands for all before it, which may be thrown away.
	Cut bool `json:"cut"`
}

// Type is "append".
func (*AppendCommand) Type() string { return "append" }
func (*AppendCommand) kind() uint16 { return 5 }
func (*AppendCommand) fixed() int   { return 29 }

func (v *AppendCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.flag(at+16, v.Barrier)
	w.octets(at+20, v.Record)
	w.flag(at+28, v.Cut)
}

func readAppendCommand(r *FrameReader, p []byte) *AppendCommand {
	v := &AppendCommand{}
	v.Run = r.u64(p, 8)
	v.Barrier = r.flag(p, 16)
	v.Record = r.octets(p, 20)
	v.Cut = r.flag(p, 28)
	return v
}

// CallModelCommand: call a model. The turns of this agent that were sent before stand; `parts` follow the first `known` of them.
type CallModelCommand struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	Agent uint32 `json:"agent"`

	// Which of the agent's `providers`, from 0.
	Provider uint32 `json:"provider"`

	// Parts of the transcript that the host has already.
	Known uint32 `json:"known"`

	// No tools may be called.
	NoTools bool `json:"no-tools"`

	// 0: none.
	Timeout uint64 `json:"timeout"`

	Span uint64 `json:"span"`

	Parent uint64 `json:"parent"`

	Parts []Part `json:"parts"`

	// The transcript that this call shows: parts are counted in each by itself. One that has ended may be another one's later, with `known` 0.
	Conversation uint32 `json:"conversation"`

	// JSON Schema that the answer should follow, or empty. Whether it does, the core checks.
	Schema string `json:"schema"`

	// Tools beside the agent's own; their calls come back in the answer as all others, and the core does them itself.
	Offered []OfferedTool `json:"offered"`

	// The model that is called in place of the provider's; empty: the provider's.
	Model string `json:"model"`

	// Tokens that the answer may have at most, where that is less than the agent's own bound; 0: it is not.
	MaxOutput uint32 `json:"max-output"`
}

// Type is "call-model".
func (*CallModelCommand) Type() string { return "call-model" }
func (*CallModelCommand) kind() uint16 { return 6 }
func (*CallModelCommand) fixed() int   { return 104 }

func (v *CallModelCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.u32(at+24, v.Agent)
	w.u32(at+28, v.Provider)
	w.u32(at+32, v.Known)
	w.flag(at+36, v.NoTools)
	w.u64(at+40, v.Timeout)
	w.u64(at+48, v.Span)
	w.u64(at+56, v.Parent)
	writeItems(w, at+64, v.Parts, 36, 4, writePart)
	w.u32(at+72, v.Conversation)
	w.text(at+76, v.Schema)
	writeItems(w, at+84, v.Offered, 24, 4, writeOfferedTool)
	w.text(at+92, v.Model)
	w.u32(at+100, v.MaxOutput)
}

func readCallModelCommand(r *FrameReader, p []byte) *CallModelCommand {
	v := &CallModelCommand{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.Agent = r.u32(p, 24)
	v.Provider = r.u32(p, 28)
	v.Known = r.u32(p, 32)
	v.NoTools = r.flag(p, 36)
	v.Timeout = r.u64(p, 40)
	v.Span = r.u64(p, 48)
	v.Parent = r.u64(p, 56)
	v.Parts = readItems(r, p, 64, 36, 4, readPart)
	v.Conversation = r.u32(p, 72)
	v.Schema = r.text(p, 76)
	v.Offered = readItems(r, p, 84, 24, 4, readOfferedTool)
	v.Model = r.text(p, 92)
	v.MaxOutput = r.u32(p, 100)
	return v
}

// CallToolCommand: `call-tool` of the protocol.
type CallToolCommand struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	Agent uint32 `json:"agent"`

	// Index in the agent's `tools`.
	Tool uint32 `json:"tool"`

	Timeout uint64 `json:"timeout"`

	Span uint64 `json:"span"`

	Parent uint64 `json:"parent"`

	// The model's id of the call.
	ID string `json:"id"`

	Name string `json:"name"`

	// JSON, checked against the tool's schema, defaults filled in.
	Arguments string `json:"arguments"`
}

// Type is "call-tool".
func (*CallToolCommand) Type() string { return "call-tool" }
func (*CallToolCommand) kind() uint16 { return 7 }
func (*CallToolCommand) fixed() int   { return 80 }

func (v *CallToolCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.u32(at+24, v.Agent)
	w.u32(at+28, v.Tool)
	w.u64(at+32, v.Timeout)
	w.u64(at+40, v.Span)
	w.u64(at+48, v.Parent)
	w.text(at+56, v.ID)
	w.text(at+64, v.Name)
	w.text(at+72, v.Arguments)
}

func readCallToolCommand(r *FrameReader, p []byte) *CallToolCommand {
	v := &CallToolCommand{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.Agent = r.u32(p, 24)
	v.Tool = r.u32(p, 28)
	v.Timeout = r.u64(p, 32)
	v.Span = r.u64(p, 40)
	v.Parent = r.u64(p, 48)
	v.ID = r.text(p, 56)
	v.Name = r.text(p, 64)
	v.Arguments = r.text(p, 72)
	return v
}

// CallAgentCommand: host code as an agent.
type CallAgentCommand struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	Agent uint32 `json:"agent"`

	Timeout uint64 `json:"timeout"`

	Span uint64 `json:"span"`

	Parent uint64 `json:"parent"`

	// Who sent the message.
	Sender string `json:"sender"`

	Text string `json:"text"`

	// What its node is given by `with`: documents as JSON, or empty.
	Context string `json:"context"`
}

// Type is "call-agent".
func (*CallAgentCommand) Type() string { return "call-agent" }
func (*CallAgentCommand) kind() uint16 { return 8 }
func (*CallAgentCommand) fixed() int   { return 80 }

func (v *CallAgentCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.u32(at+24, v.Agent)
	w.u64(at+32, v.Timeout)
	w.u64(at+40, v.Span)
	w.u64(at+48, v.Parent)
	w.text(at+56, v.Sender)
	w.text(at+64, v.Text)
	w.text(at+72, v.Context)
}

func readCallAgentCommand(r *FrameReader, p []byte) *CallAgentCommand {
	v := &CallAgentCommand{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.Agent = r.u32(p, 24)
	v.Timeout = r.u64(p, 32)
	v.Span = r.u64(p, 40)
	v.Parent = r.u64(p, 48)
	v.Sender = r.text(p, 56)
	v.Text = r.text(p, 64)
	v.Context = r.text(p, 72)
	return v
}

// StartAgentCommand: make a custom agent ready; answered by `agent-ready` or `agent-failed`.
type StartAgentCommand struct {
	Run Run `json:"run"`

	Agent uint32 `json:"agent"`
}

// Type is "start-agent".
func (*StartAgentCommand) Type() string { return "start-agent" }
func (*StartAgentCommand) kind() uint16 { return 9 }
func (*StartAgentCommand) fixed() int   { return 20 }

func (v *StartAgentCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Agent)
}

func readStartAgentCommand(r *FrameReader, p []byte) *StartAgentCommand {
	v := &StartAgentCommand{}
	v.Run = r.u64(p, 8)
	v.Agent = r.u32(p, 16)
	return v
}

// CancelEffectCommand: its answer is not wanted any more.
type CancelEffectCommand struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`
}

// Type is "cancel-effect".
func (*CancelEffectCommand) Type() string { return "cancel-effect" }
func (*CancelEffectCommand) kind() uint16 { return 10 }
func (*CancelEffectCommand) fixed() int   { return 24 }

func (v *CancelEffectCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
}

func readCancelEffectCommand(r *FrameReader, p []byte) *CancelEffectCommand {
	v := &CancelEffectCommand{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	return v
}

// OutputCommand: a message that leaves the run.
type OutputCommand struct {
	Run Run `json:"run"`

	Agent uint32 `json:"agent"`

	// The port it leaves by, or empty.
	Port string `json:"port"`

	Text string `json:"text"`
}

// Type is "output".
func (*OutputCommand) Type() string { return "output" }
func (*OutputCommand) kind() uint16 { return 11 }
func (*OutputCommand) fixed() int   { return 36 }

func (v *OutputCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Agent)
	w.text(at+20, v.Port)
	w.text(at+28, v.Text)
}

func readOutputCommand(r *FrameReader, p []byte) *OutputCommand {
	v := &OutputCommand{}
	v.Run = r.u64(p, 8)
	v.Agent = r.u32(p, 16)
	v.Port = r.text(p, 20)
	v.Text = r.text(p, 28)
	return v
}

// LogCommand: `log` of the protocol.
type LogCommand struct {
	Run Run `json:"run"`

	Level Level `json:"level"`

	Agent uint32 `json:"agent"`

	// The message's sender, or empty.
	Sender string `json:"sender"`

	Text string `json:"text"`
}

// Type is "log".
func (*LogCommand) Type() string { return "log" }
func (*LogCommand) kind() uint16 { return 12 }
func (*LogCommand) fixed() int   { return 40 }

func (v *LogCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.oneOf(at+16, uint8(v.Level), len(levelNames))
	w.u32(at+20, v.Agent)
	w.text(at+24, v.Sender)
	w.text(at+32, v.Text)
}

func readLogCommand(r *FrameReader, p []byte) *LogCommand {
	v := &LogCommand{}
	v.Run = r.u64(p, 8)
	v.Level = Level(r.oneOf(p, 16, len(levelNames)))
	v.Agent = r.u32(p, 20)
	v.Sender = r.text(p, 24)
	v.Text = r.text(p, 32)
	return v
}

// MessageCommand: a message between two agents, if the run is watched.
type MessageCommand struct {
	Run Run `json:"run"`

	From uint32 `json:"from"`

	To uint32 `json:"to"`

	Text string `json:"text"`
}

// Type is "message".
func (*MessageCommand) Type() string { return "message" }
func (*MessageCommand) kind() uint16 { return 13 }
func (*MessageCommand) fixed() int   { return 32 }

func (v *MessageCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.From)
	w.u32(at+20, v.To)
	w.text(at+24, v.Text)
}

func readMessageCommand(r *FrameReader, p []byte) *MessageCommand {
	v := &MessageCommand{}
	v.Run = r.u64(p, 8)
	v.From = r.u32(p, 16)
	v.To = r.u32(p, 20)
	v.Text = r.text(p, 24)
	return v
}

// SpanStartCommand: `agent` is u32::MAX for the run itself.
type SpanStartCommand struct {
	Run Run `json:"run"`

	Span uint64 `json:"span"`

	Parent uint64 `json:"parent"`

	Operation SpanKind `json:"operation"`

	Agent uint32 `json:"agent"`

	Name string `json:"name"`
}

// Type is "span-start".
func (*SpanStartCommand) Type() string { return "span-start" }
func (*SpanStartCommand) kind() uint16 { return 14 }
func (*SpanStartCommand) fixed() int   { return 48 }

func (v *SpanStartCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u64(at+16, v.Span)
	w.u64(at+24, v.Parent)
	w.oneOf(at+32, uint8(v.Operation), len(spanKindNames))
	w.u32(at+36, v.Agent)
	w.text(at+40, v.Name)
}

func readSpanStartCommand(r *FrameReader, p []byte) *SpanStartCommand {
	v := &SpanStartCommand{}
	v.Run = r.u64(p, 8)
	v.Span = r.u64(p, 16)
	v.Parent = r.u64(p, 24)
	v.Operation = SpanKind(r.oneOf(p, 32, len(spanKindNames)))
	v.Agent = r.u32(p, 36)
	v.Name = r.text(p, 40)
	return v
}

// SpanEndCommand: also ends the spans that `call-model` and `call-tool` began.
type SpanEndCommand struct {
	Run Run `json:"run"`

	Span uint64 `json:"span"`

	Operation SpanKind `json:"operation"`

	Ok bool `json:"ok"`

	Agent uint32 `json:"agent"`

	Usage Usage `json:"usage"`

	// `error.type` if it is not ok.
	Error string `json:"error"`
}

// Type is "span-end".
func (*SpanEndCommand) Type() string { return "span-end" }
func (*SpanEndCommand) kind() uint16 { return 15 }
func (*SpanEndCommand) fixed() int   { return 60 }

func (v *SpanEndCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u64(at+16, v.Span)
	w.oneOf(at+24, uint8(v.Operation), len(spanKindNames))
	w.flag(at+25, v.Ok)
	w.u32(at+28, v.Agent)
	w.u32(at+32, v.Usage.Input)
	w.u32(at+36, v.Usage.Output)
	w.u32(at+40, v.Usage.CachedRead)
	w.u32(at+44, v.Usage.CachedWrite)
	w.u32(at+48, v.Usage.Reasoning)
	w.text(at+52, v.Error)
}

func readSpanEndCommand(r *FrameReader, p []byte) *SpanEndCommand {
	v := &SpanEndCommand{}
	v.Run = r.u64(p, 8)
	v.Span = r.u64(p, 16)
	v.Operation = SpanKind(r.oneOf(p, 24, len(spanKindNames)))
	v.Ok = r.flag(p, 25)
	v.Agent = r.u32(p, 28)
	v.Usage.Input = r.u32(p, 32)
	v.Usage.Output = r.u32(p, 36)
	v.Usage.CachedRead = r.u32(p, 40)
	v.Usage.CachedWrite = r.u32(p, 44)
	v.Usage.Reasoning = r.u32(p, 48)
	v.Error = r.text(p, 52)
	return v
}

// FinishedCommand: `finished` of the protocol.
type FinishedCommand struct {
	Run Run `json:"run"`

	Stop StopReason `json:"stop"`

	// Where it stopped: an agent's name, a node of the flow as problems name it, or empty.
	Path string `json:"path"`

	// For people; empty if it is done.
	Message string `json:"message"`

	// The last output.
	Output string `json:"output"`

	Counters Counters `json:"counters"`

	// By agent and provider, in that order; those that were not called are left out.
	Spent []Spending `json:"spent"`

	// Micro-dollars of all of them whose price is known, rounded half to even once.
	Cost uint64 `json:"cost"`
}

// Type is "finished".
func (*FinishedCommand) Type() string { return "finished" }
func (*FinishedCommand) kind() uint16 { return 16 }
func (*FinishedCommand) fixed() int   { return 168 }

func (v *FinishedCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.oneOf(at+16, uint8(v.Stop), len(stopReasonNames))
	w.text(at+20, v.Path)
	w.text(at+28, v.Message)
	w.text(at+36, v.Output)
	w.u64(at+48, v.Counters.Steps)
	w.u64(at+56, v.Counters.Activations)
	w.u64(at+64, v.Counters.Hops)
	w.u64(at+72, v.Counters.ModelCalls)
	w.u64(at+80, v.Counters.ToolCalls)
	w.u64(at+88, v.Counters.AgentCalls)
	w.u64(at+96, v.Counters.Retries)
	w.u64(at+104, v.Counters.Timeouts)
	w.u64(at+112, v.Counters.Refused)
	w.u64(at+120, v.Counters.Dropped)
	w.u64(at+128, v.Counters.Late)
	w.u64(at+136, v.Counters.InputTokens)
	w.u64(at+144, v.Counters.OutputTokens)
	writeItems(w, at+152, v.Spent, 80, 8, writeSpending)
	w.u64(at+160, v.Cost)
}

func readFinishedCommand(r *FrameReader, p []byte) *FinishedCommand {
	v := &FinishedCommand{}
	v.Run = r.u64(p, 8)
	v.Stop = StopReason(r.oneOf(p, 16, len(stopReasonNames)))
	v.Path = r.text(p, 20)
	v.Message = r.text(p, 28)
	v.Output = r.text(p, 36)
	v.Counters.Steps = r.u64(p, 48)
	v.Counters.Activations = r.u64(p, 56)
	v.Counters.Hops = r.u64(p, 64)
	v.Counters.ModelCalls = r.u64(p, 72)
	v.Counters.ToolCalls = r.u64(p, 80)
	v.Counters.AgentCalls = r.u64(p, 88)
	v.Counters.Retries = r.u64(p, 96)
	v.Counters.Timeouts = r.u64(p, 104)
	v.Counters.Refused = r.u64(p, 112)
	v.Counters.Dropped = r.u64(p, 120)
	v.Counters.Late = r.u64(p, 128)
	v.Counters.InputTokens = r.u64(p, 136)
	v.Counters.OutputTokens = r.u64(p, 144)
	v.Spent = readItems(r, p, 152, 80, 8, readSpending)
	v.Cost = r.u64(p, 160)
	return v
}

// SavedCommand: `saved` of the protocol.
type SavedCommand struct {
	Run Run `json:"run"`

	State []byte `json:"state"`

	// The last step that is in it.
	Step uint64 `json:"step"`
}

// Type is "saved".
func (*SavedCommand) Type() string { return "saved" }
func (*SavedCommand) kind() uint16 { return 17 }
func (*SavedCommand) fixed() int   { return 32 }

func (v *SavedCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.octets(at+16, v.State)
	w.u64(at+24, v.Step)
}

func readSavedCommand(r *FrameReader, p []byte) *SavedCommand {
	v := &SavedCommand{}
	v.Run = r.u64(p, 8)
	v.State = r.octets(p, 16)
	v.Step = r.u64(p, 24)
	return v
}

// ReplayedCommand: a record was replayed and led to the same commands.
type ReplayedCommand struct {
	Run Run `json:"run"`

	Step uint64 `json:"step"`

	Finished bool `json:"finished"`
}

// Type is "replayed".
func (*ReplayedCommand) Type() string { return "replayed" }
func (*ReplayedCommand) kind() uint16 { return 18 }
func (*ReplayedCommand) fixed() int   { return 25 }

func (v *ReplayedCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u64(at+16, v.Step)
	w.flag(at+24, v.Finished)
}

func readReplayedCommand(r *FrameReader, p []byte) *ReplayedCommand {
	v := &ReplayedCommand{}
	v.Run = r.u64(p, 8)
	v.Step = r.u64(p, 16)
	v.Finished = r.flag(p, 24)
	return v
}

// NoticeCommand: one line for whoever watches the engine: a mailbox nearly full, a breaker opened, a retry.
type NoticeCommand struct {
	Run Run `json:"run"`

	Agent uint32 `json:"agent"`

	Level Level `json:"level"`

	// From a closed list, kebab-case.
	Code string `json:"code"`

	Text string `json:"text"`
}

// Type is "notice".
func (*NoticeCommand) Type() string { return "notice" }
func (*NoticeCommand) kind() uint16 { return 19 }
func (*NoticeCommand) fixed() int   { return 40 }

func (v *NoticeCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Agent)
	w.oneOf(at+20, uint8(v.Level), len(levelNames))
	w.text(at+24, v.Code)
	w.text(at+32, v.Text)
}

func readNoticeCommand(r *FrameReader, p []byte) *NoticeCommand {
	v := &NoticeCommand{}
	v.Run = r.u64(p, 8)
	v.Agent = r.u32(p, 16)
	v.Level = Level(r.oneOf(p, 20, len(levelNames)))
	v.Code = r.text(p, 24)
	v.Text = r.text(p, 32)
	return v
}

// SearchCommand: look for documents; answered by `search-result`. What is given too much is cut by the core.
type SearchCommand struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	Agent uint32 `json:"agent"`

	Timeout uint64 `json:"timeout"`

	Span uint64 `json:"span"`

	Parent uint64 `json:"parent"`

	// The store's name as the definition has it, or empty: the only one.
	Store string `json:"store"`

	Collection string `json:"collection"`

	Method SearchMethod `json:"method"`

	Query string `json:"query"`

	// How many documents are wanted.
	TopK uint32 `json:"top-k"`

	// What a document's metadata must be equal to: a JSON object, or empty.
	Filters string `json:"filters"`
}

// Type is "search".
func (*SearchCommand) Type() string { return "search" }
func (*SearchCommand) kind() uint16 { return 20 }
func (*SearchCommand) fixed() int   { return 96 }

func (v *SearchCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.u32(at+24, v.Agent)
	w.u64(at+32, v.Timeout)
	w.u64(at+40, v.Span)
	w.u64(at+48, v.Parent)
	w.text(at+56, v.Store)
	w.text(at+64, v.Collection)
	w.oneOf(at+72, uint8(v.Method), len(searchMethodNames))
	w.text(at+76, v.Query)
	w.u32(at+84, v.TopK)
	w.text(at+88, v.Filters)
}

func readSearchCommand(r *FrameReader, p []byte) *SearchCommand {
	v := &SearchCommand{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.Agent = r.u32(p, 24)
	v.Timeout = r.u64(p, 32)
	v.Span = r.u64(p, 40)
	v.Parent = r.u64(p, 48)
	v.Store = r.text(p, 56)
	v.Collection = r.text(p, 64)
	v.Method = SearchMethod(r.oneOf(p, 72, len(searchMethodNames)))
	v.Query = r.text(p, 76)
	v.TopK = r.u32(p, 84)
	v.Filters = r.text(p, 88)
	return v
}

// IndexCommand: keep documents; answered by `index-result`.
type IndexCommand struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	Agent uint32 `json:"agent"`

	Timeout uint64 `json:"timeout"`

	Span uint64 `json:"span"`

	Parent uint64 `json:"parent"`

	Store string `json:"store"`

	Collection string `json:"collection"`

	// A JSON list of {id, text, metadata}. One of an id that is there replaces it.
	Documents string `json:"documents"`
}

// Type is "index".
func (*IndexCommand) Type() string { return "index" }
func (*IndexCommand) kind() uint16 { return 21 }
func (*IndexCommand) fixed() int   { return 80 }

func (v *IndexCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.u32(at+24, v.Agent)
	w.u64(at+32, v.Timeout)
	w.u64(at+40, v.Span)
	w.u64(at+48, v.Parent)
	w.text(at+56, v.Store)
	w.text(at+64, v.Collection)
	w.text(at+72, v.Documents)
}

func readIndexCommand(r *FrameReader, p []byte) *IndexCommand {
	v := &IndexCommand{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.Agent = r.u32(p, 24)
	v.Timeout = r.u64(p, 32)
	v.Span = r.u64(p, 40)
	v.Parent = r.u64(p, 48)
	v.Store = r.text(p, 56)
	v.Collection = r.text(p, 64)
	v.Documents = r.text(p, 72)
	return v
}

// AskApprovalCommand: a person is to approve a call of a tool, or to deny it; answered by `approval`. Withdrawn by `cancel-effect`.
type AskApprovalCommand struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Agent uint32 `json:"agent"`

	// Index in the agent's `tools`; u32::MAX and the name `budget`: a model is to be called beyond the soft limit of a budget.
	Tool uint32 `json:"tool"`

	Name string `json:"name"`

	// JSON, as the tool would get it.
	Arguments string `json:"arguments"`

	// From then on it is denied: milliseconds since 1970.
	Expires uint64 `json:"expires"`

	Parent uint64 `json:"parent"`

	// SHA-256 of the tool's name, a zero and the arguments: 64 hex digits.
	Hash string `json:"hash"`
}

// Type is "ask-approval".
func (*AskApprovalCommand) Type() string { return "ask-approval" }
func (*AskApprovalCommand) kind() uint16 { return 22 }
func (*AskApprovalCommand) fixed() int   { return 72 }

func (v *AskApprovalCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Agent)
	w.u32(at+24, v.Tool)
	w.text(at+28, v.Name)
	w.text(at+36, v.Arguments)
	w.u64(at+48, v.Expires)
	w.u64(at+56, v.Parent)
	w.text(at+64, v.Hash)
}

func readAskApprovalCommand(r *FrameReader, p []byte) *AskApprovalCommand {
	v := &AskApprovalCommand{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Agent = r.u32(p, 20)
	v.Tool = r.u32(p, 24)
	v.Name = r.text(p, 28)
	v.Arguments = r.text(p, 36)
	v.Expires = r.u64(p, 48)
	v.Parent = r.u64(p, 56)
	v.Hash = r.text(p, 64)
	return v
}

// SaveOutputCommand: write the run's result to a file, if the host lets definitions do that; else tell who watches that it was not. It comes before `finished`.
type SaveOutputCommand struct {
	Run Run `json:"run"`

	Path string `json:"path"`

	Text string `json:"text"`
}

// Type is "save-output".
func (*SaveOutputCommand) Type() string { return "save-output" }
func (*SaveOutputCommand) kind() uint16 { return 23 }
func (*SaveOutputCommand) fixed() int   { return 32 }

func (v *SaveOutputCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.text(at+16, v.Path)
	w.text(at+24, v.Text)
}

func readSaveOutputCommand(r *FrameReader, p []byte) *SaveOutputCommand {
	v := &SaveOutputCommand{}
	v.Run = r.u64(p, 8)
	v.Path = r.text(p, 16)
	v.Text = r.text(p, 24)
	return v
}

// VerdictCommand: `verdict` of the protocol.
type VerdictCommand struct {
	Tag uint32 `json:"tag"`

	Outcome Outcome `json:"outcome"`

	// Who it is; empty: nobody in particular.
	Principal string `json:"principal"`

	// Whether they are known by their key or token, and not by a proxy.
	ByKey bool `json:"by-key"`

	// Whose bucket is asked for with what they want; empty: everybody's.
	Bucket string `json:"bucket"`

	// For people: why not.
	Reason string `json:"reason"`

	// Milliseconds after which it is worth another try; 0: it is not.
	Wait uint64 `json:"wait"`

	// What is left in the bucket, and since when.
	Left uint64 `json:"left"`

	Since uint64 `json:"since"`
}

// Type is "verdict".
func (*VerdictCommand) Type() string { return "verdict" }
func (*VerdictCommand) kind() uint16 { return 24 }
func (*VerdictCommand) fixed() int   { return 72 }

func (v *VerdictCommand) write(w *FrameWriter, at int) {
	w.u32(at+8, v.Tag)
	w.oneOf(at+12, uint8(v.Outcome), len(outcomeNames))
	w.text(at+16, v.Principal)
	w.flag(at+24, v.ByKey)
	w.text(at+28, v.Bucket)
	w.text(at+36, v.Reason)
	w.u64(at+48, v.Wait)
	w.u64(at+56, v.Left)
	w.u64(at+64, v.Since)
}

func readVerdictCommand(r *FrameReader, p []byte) *VerdictCommand {
	v := &VerdictCommand{}
	v.Tag = r.u32(p, 8)
	v.Outcome = Outcome(r.oneOf(p, 12, len(outcomeNames)))
	v.Principal = r.text(p, 16)
	v.ByKey = r.flag(p, 24)
	v.Bucket = r.text(p, 28)
	v.Reason = r.text(p, 36)
	v.Wait = r.u64(p, 48)
	v.Left = r.u64(p, 56)
	v.Since = r.u64(p, 64)
	return v
}

// AuditCommand: something to be remembered of who did what.
type AuditCommand struct {
	Definition uint32 `json:"definition"`

	// `sign-in`, or what somebody wanted to do.
	Action string `json:"action"`

	Principal string `json:"principal"`

	Resource string `json:"resource"`

	Outcome Outcome `json:"outcome"`

	Reason string `json:"reason"`
}

// Type is "audit".
func (*AuditCommand) Type() string { return "audit" }
func (*AuditCommand) kind() uint16 { return 25 }
func (*AuditCommand) fixed() int   { return 48 }

func (v *AuditCommand) write(w *FrameWriter, at int) {
	w.u32(at+8, v.Definition)
	w.text(at+12, v.Action)
	w.text(at+20, v.Principal)
	w.text(at+28, v.Resource)
	w.oneOf(at+36, uint8(v.Outcome), len(outcomeNames))
	w.text(at+40, v.Reason)
}

func readAuditCommand(r *FrameReader, p []byte) *AuditCommand {
	v := &AuditCommand{}
	v.Definition = r.u32(p, 8)
	v.Action = r.text(p, 12)
	v.Principal = r.text(p, 20)
	v.Resource = r.text(p, 28)
	v.Outcome = Outcome(r.oneOf(p, 36, len(outcomeNames)))
	v.Reason = r.text(p, 40)
	return v
}

// CountTokensCommand: count these texts by a tokenizer; answered by `counted`. What has been counted before is not asked again.
type CountTokensCommand struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	Agent uint32 `json:"agent"`

	// Which of the agent's `providers`, from 0: they are for its model.
	Provider uint32 `json:"provider"`

	// `o200k_base`, `o200k_harmony` or `cl100k_base`; empty: the model's own, if the host has it.
	Encoding string `json:"encoding"`

	Texts []string `json:"texts"`
}

// Type is "count-tokens".
func (*CountTokensCommand) Type() string { return "count-tokens" }
func (*CountTokensCommand) kind() uint16 { return 26 }
func (*CountTokensCommand) fixed() int   { return 48 }

func (v *CountTokensCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.u32(at+24, v.Agent)
	w.u32(at+28, v.Provider)
	w.text(at+32, v.Encoding)
	w.texts(at+40, v.Texts)
}

func readCountTokensCommand(r *FrameReader, p []byte) *CountTokensCommand {
	v := &CountTokensCommand{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.Agent = r.u32(p, 24)
	v.Provider = r.u32(p, 28)
	v.Encoding = r.text(p, 32)
	v.Texts = r.texts(p, 40)
	return v
}

// RecallCommand: read a session; answered by `recalled`. One that is not there has no turns.
type RecallCommand struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	Timeout uint64 `json:"timeout"`

	Session string `json:"session"`

	// Whose it is, or empty.
	User string `json:"user"`

	// At most so many turns of each agent, the latest.
	Turns uint32 `json:"turns"`
}

// Type is "recall".
func (*RecallCommand) Type() string { return "recall" }
func (*RecallCommand) kind() uint16 { return 27 }
func (*RecallCommand) fixed() int   { return 52 }

func (v *RecallCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.u64(at+24, v.Timeout)
	w.text(at+32, v.Session)
	w.text(at+40, v.User)
	w.u32(at+48, v.Turns)
}

func readRecallCommand(r *FrameReader, p []byte) *RecallCommand {
	v := &RecallCommand{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.Timeout = r.u64(p, 24)
	v.Session = r.text(p, 32)
	v.User = r.text(p, 40)
	v.Turns = r.u32(p, 48)
	return v
}

// RememberCommand: append a turn to a session, which comes to be with its first one; answered by `remembered`. Run and effect are its name: under one name it is
// appended once.
type RememberCommand struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	Timeout uint64 `json:"timeout"`

	Session string `json:"session"`

	User string `json:"user"`

	// Only as long as this process lives.
	Lightweight bool `json:"lightweight"`

	// Mark a checkpoint behind it.
	Checkpoint bool `json:"checkpoint"`

	// A JSON object {agent, parts}: docs/sessions.md.
	Turn string `json:"turn"`
}

// Type is "remember".
func (*RememberCommand) Type() string { return "remember" }
func (*RememberCommand) kind() uint16 { return 28 }
func (*RememberCommand) fixed() int   { return 60 }

func (v *RememberCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.u64(at+24, v.Timeout)
	w.text(at+32, v.Session)
	w.text(at+40, v.User)
	w.flag(at+48, v.Lightweight)
	w.flag(at+49, v.Checkpoint)
	w.text(at+52, v.Turn)
}

func readRememberCommand(r *FrameReader, p []byte) *RememberCommand {
	v := &RememberCommand{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.Timeout = r.u64(p, 24)
	v.Session = r.text(p, 32)
	v.User = r.text(p, 40)
	v.Lightweight = r.flag(p, 48)
	v.Checkpoint = r.flag(p, 49)
	v.Turn = r.text(p, 52)
	return v
}

// CheckpointCommand: the run's journal has grown so far that a snapshot now (`save`) would make recovery shorter. Whoever keeps none need do nothing.
type CheckpointCommand struct {
	Run Run `json:"run"`

	// The journal was cut just now: what left the run before is in no record any more, and no snapshot is needed.
	Cut bool `json:"cut"`
}

// Type is "checkpoint".
func (*CheckpointCommand) Type() string { return "checkpoint" }
func (*CheckpointCommand) kind() uint16 { return 29 }
func (*CheckpointCommand) fixed() int   { return 17 }

func (v *CheckpointCommand) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.flag(at+16, v.Cut)
}

func readCheckpointCommand(r *FrameReader, p []byte) *CheckpointCommand {
	v := &CheckpointCommand{}
	v.Run = r.u64(p, 8)
	v.Cut = r.flag(p, 16)
	return v
}

// WriteCommand writes any command as the next record. For a field that is out of its range it gives an error, and nothing is written.
func (w *FrameWriter) WriteCommand(v Command) error {
	return w.record(v.kind(), v.fixed(), v.Type(), v.write)
}

// ReadCommand reads the record that [FrameReader.Next] came to. The error is a [*FrameError].
func (r *FrameReader) ReadCommand() (Command, error) {
	var v Command
	switch r.Kind {
	case 0:
		v = readDefinedCommand(r, r.part(40))
	case 1:
		v = readProblemsCommand(r, r.part(20))
	case 2:
		v = readVariablesNeededCommand(r, r.part(20))
	case 3:
		v = readRefusedCommand(r, r.part(48))
	case 4:
		v = readStartedCommand(r, r.part(32))
	case 5:
		v = readAppendCommand(r, r.part(29))
	case 6:
		v = readCallModelCommand(r, r.part(104))
	case 7:
		v = readCallToolCommand(r, r.part(80))
	case 8:
		v = readCallAgentCommand(r, r.part(80))
	case 9:
		v = readStartAgentCommand(r, r.part(20))
	case 10:
		v = readCancelEffectCommand(r, r.part(24))
	case 11:
		v = readOutputCommand(r, r.part(36))
	case 12:
		v = readLogCommand(r, r.part(40))
	case 13:
		v = readMessageCommand(r, r.part(32))
	case 14:
		v = readSpanStartCommand(r, r.part(48))
	case 15:
		v = readSpanEndCommand(r, r.part(60))
	case 16:
		v = readFinishedCommand(r, r.part(168))
	case 17:
		v = readSavedCommand(r, r.part(32))
	case 18:
		v = readReplayedCommand(r, r.part(25))
	case 19:
		v = readNoticeCommand(r, r.part(40))
	case 20:
		v = readSearchCommand(r, r.part(96))
	case 21:
		v = readIndexCommand(r, r.part(80))
	case 22:
		v = readAskApprovalCommand(r, r.part(72))
	case 23:
		v = readSaveOutputCommand(r, r.part(32))
	case 24:
		v = readVerdictCommand(r, r.part(72))
	case 25:
		v = readAuditCommand(r, r.part(48))
	case 26:
		v = readCountTokensCommand(r, r.part(48))
	case 27:
		v = readRecallCommand(r, r.part(52))
	case 28:
		v = readRememberCommand(r, r.part(60))
	case 29:
		v = readCheckpointCommand(r, r.part(17))
	default:
		r.fault(fmt.Sprintf("there is no command of kind %d", r.Kind))
	}
	if r.err != nil {
		return nil, r.err
	}
	return v, nil
}
