// Code generated from wit/ by tools/generate.ts. DO NOT EDIT.

package protocol

import "fmt"

// Event is any event of the protocol.
type Event interface {
	// Type is the name of the event in the protocol.
	Type() string
	fixed() int
	kind() uint16
	write(w *FrameWriter, at int)
}

// DefineEvent: load a definition from files, later ones laid over earlier ones. Answered by `defined`, `variables-needed` or `problems`.
type DefineEvent struct {
	Tag uint32 `json:"tag"`

	Sources []Source `json:"sources"`

	// Roles and tools that the host has registered code for.
	Roles []string `json:"roles"`

	Tools []string `json:"tools"`

	// Only check: nothing is kept, and variables need no values.
	CheckOnly bool `json:"check-only"`
}

// Type is "define".
func (*DefineEvent) Type() string { return "define" }
func (*DefineEvent) kind() uint16 { return 0 }
func (*DefineEvent) fixed() int   { return 37 }

func (v *DefineEvent) write(w *FrameWriter, at int) {
	w.u32(at+8, v.Tag)
	writeItems(w, at+12, v.Sources, 20, 4, writeSource)
	w.texts(at+20, v.Roles)
	w.texts(at+28, v.Tools)
	w.flag(at+36, v.CheckOnly)
}

func readDefineEvent(r *FrameReader, p []byte) *DefineEvent {
	v := &DefineEvent{}
	v.Tag = r.u32(p, 8)
	v.Sources = readItems(r, p, 12, 20, 4, readSource)
	v.Roles = r.texts(p, 20)
	v.Tools = r.texts(p, 28)
	v.CheckOnly = r.flag(p, 36)
	return v
}

// VariablesEvent: the values that `variables-needed` asked for.
type VariablesEvent struct {
	Tag uint32 `json:"tag"`

	Values []Variable `json:"values"`
}

// Type is "variables".
func (*VariablesEvent) Type() string { return "variables" }
func (*VariablesEvent) kind() uint16 { return 1 }
func (*VariablesEvent) fixed() int   { return 20 }

func (v *VariablesEvent) write(w *FrameWriter, at int) {
	w.u32(at+8, v.Tag)
	writeItems(w, at+12, v.Values, 20, 4, writeVariable)
}

func readVariablesEvent(r *FrameReader, p []byte) *VariablesEvent {
	v := &VariablesEvent{}
	v.Tag = r.u32(p, 8)
	v.Values = readItems(r, p, 12, 20, 4, readVariable)
	return v
}

// ForgetEvent: the host needs this definition no more. Runs of it go on.
type ForgetEvent struct {
	Definition uint32 `json:"definition"`
}

// Type is "forget".
func (*ForgetEvent) Type() string { return "forget" }
func (*ForgetEvent) kind() uint16 { return 2 }
func (*ForgetEvent) fixed() int   { return 12 }

func (v *ForgetEvent) write(w *FrameWriter, at int) {
	w.u32(at+8, v.Definition)
}

func readForgetEvent(r *FrameReader, p []byte) *ForgetEvent {
	v := &ForgetEvent{}
	v.Definition = r.u32(p, 8)
	return v
}

// StartEvent: begin a run. Answered by `started`, or `refused` with the tag.
type StartEvent struct {
	Run Run `json:"run"`

	Tag uint32 `json:"tag"`

	Definition uint32 `json:"definition"`

	// The run's name everywhere and for ever, 1 to 64 bytes; the host makes it unique.
	ID string `json:"id"`

	Seed uint64 `json:"seed"`

	// Report each message between agents by a `message` command.
	Watch bool `json:"watch"`

	// The run has its whole input: ports outside bring nothing after it.
	Closed bool `json:"closed"`

	// Where the input goes: an agent's or a port's name; empty: the only entry.
	To string `json:"to"`

	// Empty text and no `to`: nothing is delivered, producers begin by themselves.
	Input string `json:"input"`

	// Deliver the input even if it is empty.
	HasInput bool `json:"has-input"`

	// A producer's graph is ended, well, after so many milliseconds; 0: never.
	EndAfter uint64 `json:"end-after"`

	Budget Allowance `json:"budget"`

	// W3C trace id (32 hex digits) and parent span id (16) to stand under, or empty.
	TraceID string `json:"trace-id"`

	ParentSpan string `json:"parent-span"`

	// Whose run it is: its spending counts against this one's budget, too. Empty: nobody's.
	Tenant string `json:"tenant"`

	// The conversation that goes on, at most 64 bytes; empty: the user's, or one of this run alone.
	Session string `json:"session"`

	// Who speaks, at most 64 bytes, or empty.
	User string `json:"user"`
}

// Type is "start".
func (*StartEvent) Type() string { return "start" }
func (*StartEvent) kind() uint16 { return 3 }
func (*StartEvent) fixed() int   { return 144 }

func (v *StartEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Tag)
	w.u32(at+20, v.Definition)
	w.text(at+24, v.ID)
	w.u64(at+32, v.Seed)
	w.flag(at+40, v.Watch)
	w.flag(at+41, v.Closed)
	w.text(at+44, v.To)
	w.text(at+52, v.Input)
	w.flag(at+60, v.HasInput)
	w.u64(at+64, v.EndAfter)
	w.u64(at+72, v.Budget.Calls)
	w.u64(at+80, v.Budget.Tokens)
	w.u64(at+88, v.Budget.Time)
	w.u64(at+96, v.Budget.Money)
	w.text(at+104, v.TraceID)
	w.text(at+112, v.ParentSpan)
	w.text(at+120, v.Tenant)
	w.text(at+128, v.Session)
	w.text(at+136, v.User)
}

func readStartEvent(r *FrameReader, p []byte) *StartEvent {
	v := &StartEvent{}
	v.Run = r.u64(p, 8)
	v.Tag = r.u32(p, 16)
	v.Definition = r.u32(p, 20)
	v.ID = r.text(p, 24)
	v.Seed = r.u64(p, 32)
	v.Watch = r.flag(p, 40)
	v.Closed = r.flag(p, 41)
	v.To = r.text(p, 44)
	v.Input = r.text(p, 52)
	v.HasInput = r.flag(p, 60)
	v.EndAfter = r.u64(p, 64)
	v.Budget.Calls = r.u64(p, 72)
	v.Budget.Tokens = r.u64(p, 80)
	v.Budget.Time = r.u64(p, 88)
	v.Budget.Money = r.u64(p, 96)
	v.TraceID = r.text(p, 104)
	v.ParentSpan = r.text(p, 112)
	v.Tenant = r.text(p, 120)
	v.Session = r.text(p, 128)
	v.User = r.text(p, 136)
	return v
}

// DeliverEvent: a message from outside, to an agent or port; empty: the only entry.
type DeliverEvent struct {
	Run Run `json:"run"`

	To string `json:"to"`

	Text string `json:"text"`
}

// Type is "deliver".
func (*DeliverEvent) Type() string { return "deliver" }
func (*DeliverEvent) kind() uint16 { return 4 }
func (*DeliverEvent) fixed() int   { return 32 }

func (v *DeliverEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.text(at+16, v.To)
	w.text(at+24, v.Text)
}

func readDeliverEvent(r *FrameReader, p []byte) *DeliverEvent {
	v := &DeliverEvent{}
	v.Run = r.u64(p, 8)
	v.To = r.text(p, 16)
	v.Text = r.text(p, 24)
	return v
}

// CloseEvent: nothing more will come from outside.
type CloseEvent struct {
	Run Run `json:"run"`
}

// Type is "close".
func (*CloseEvent) Type() string { return "close" }
func (*CloseEvent) kind() uint16 { return 5 }
func (*CloseEvent) fixed() int   { return 16 }

func (v *CloseEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
}

func readCloseEvent(r *FrameReader, p []byte) *CloseEvent {
	v := &CloseEvent{}
	v.Run = r.u64(p, 8)
	return v
}

// CancelEvent: `cancel` of the protocol.
type CancelEvent struct {
	Run Run `json:"run"`

	Reason string `json:"reason"`
}

// Type is "cancel".
func (*CancelEvent) Type() string { return "cancel" }
func (*CancelEvent) kind() uint16 { return 6 }
func (*CancelEvent) fixed() int   { return 24 }

func (v *CancelEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.text(at+16, v.Reason)
}

func readCancelEvent(r *FrameReader, p []byte) *CancelEvent {
	v := &CancelEvent{}
	v.Run = r.u64(p, 8)
	v.Reason = r.text(p, 16)
	return v
}

// ModelResultEvent: `model-result` of the protocol.
type ModelResultEvent struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	Finish FinishReason `json:"finish"`

	Usage Usage `json:"usage"`

	Parts []Part `json:"parts"`
}

// Type is "model-result".
func (*ModelResultEvent) Type() string { return "model-result" }
func (*ModelResultEvent) kind() uint16 { return 7 }
func (*ModelResultEvent) fixed() int   { return 56 }

func (v *ModelResultEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.oneOf(at+24, uint8(v.Finish), len(finishReasonNames))
	w.u32(at+28, v.Usage.Input)
	w.u32(at+32, v.Usage.Output)
	w.u32(at+36, v.Usage.CachedRead)
	w.u32(at+40, v.Usage.CachedWrite)
	w.u32(at+44, v.Usage.Reasoning)
	writeItems(w, at+48, v.Parts, 36, 4, writePart)
}

func readModelResultEvent(r *FrameReader, p []byte) *ModelResultEvent {
	v := &ModelResultEvent{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.Finish = FinishReason(r.oneOf(p, 24, len(finishReasonNames)))
	v.Usage.Input = r.u32(p, 28)
	v.Usage.Output = r.u32(p, 32)
	v.Usage.CachedRead = r.u32(p, 36)
	v.Usage.CachedWrite = r.u32(p, 40)
	v.Usage.Reasoning = r.u32(p, 44)
	v.Parts = readItems(r, p, 48, 36, 4, readPart)
	return v
}

// ToolResultEvent: `tool-result` of the protocol.
type ToolResultEvent struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	// The tool answered that it failed. It ran: this is settled, and the model is told.
	IsError bool `json:"is-error"`

	Text string `json:"text"`
}

// Type is "tool-result".
func (*ToolResultEvent) Type() string { return "tool-result" }
func (*ToolResultEvent) kind() uint16 { return 8 }
func (*ToolResultEvent) fixed() int   { return 36 }

func (v *ToolResultEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.flag(at+24, v.IsError)
	w.text(at+28, v.Text)
}

func readToolResultEvent(r *FrameReader, p []byte) *ToolResultEvent {
	v := &ToolResultEvent{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.IsError = r.flag(p, 24)
	v.Text = r.text(p, 28)
	return v
}

// AgentResultEvent: host code as an agent has answered.
type AgentResultEvent struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	Text string `json:"text"`
}

// Type is "agent-result".
func (*AgentResultEvent) Type() string { return "agent-result" }
func (*AgentResultEvent) kind() uint16 { return 9 }
func (*AgentResultEvent) fixed() int   { return 32 }

func (v *AgentResultEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.text(at+24, v.Text)
}

func readAgentResultEvent(r *FrameReader, p []byte) *AgentResultEvent {
	v := &AgentResultEvent{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.Text = r.text(p, 24)
	return v
}

// EffectFailedEvent: an effect could not be done.
type EffectFailedEvent struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	Failure FailureKind `json:"failure"`

	Message string `json:"message"`

	// Milliseconds that the other side asked to wait.
	RetryAfter *uint64 `json:"retry-after"`

	Usage Usage `json:"usage"`
}

// Type is "effect-failed".
func (*EffectFailedEvent) Type() string { return "effect-failed" }
func (*EffectFailedEvent) kind() uint16 { return 10 }
func (*EffectFailedEvent) fixed() int   { return 76 }

func (v *EffectFailedEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.oneOf(at+24, uint8(v.Failure), len(failureKindNames))
	w.text(at+28, v.Message)
	w.flag(at+40, v.RetryAfter != nil)
	if v.RetryAfter != nil {
		w.u64(at+48, *v.RetryAfter)
	}
	w.u32(at+56, v.Usage.Input)
	w.u32(at+60, v.Usage.Output)
	w.u32(at+64, v.Usage.CachedRead)
	w.u32(at+68, v.Usage.CachedWrite)
	w.u32(at+72, v.Usage.Reasoning)
}

func readEffectFailedEvent(r *FrameReader, p []byte) *EffectFailedEvent {
	v := &EffectFailedEvent{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.Failure = FailureKind(r.oneOf(p, 24, len(failureKindNames)))
	v.Message = r.text(p, 28)
	if r.flag(p, 40) {
		v.RetryAfter = new(uint64)
	}
	if v.RetryAfter != nil {
		*v.RetryAfter = r.u64(p, 48)
	}
	v.Usage.Input = r.u32(p, 56)
	v.Usage.Output = r.u32(p, 60)
	v.Usage.CachedRead = r.u32(p, 64)
	v.Usage.CachedWrite = r.u32(p, 68)
	v.Usage.Reasoning = r.u32(p, 72)
	return v
}

// AgentReadyEvent: a started agent can take messages.
type AgentReadyEvent struct {
	Run Run `json:"run"`

	Agent uint32 `json:"agent"`
}

// Type is "agent-ready".
func (*AgentReadyEvent) Type() string { return "agent-ready" }
func (*AgentReadyEvent) kind() uint16 { return 11 }
func (*AgentReadyEvent) fixed() int   { return 20 }

func (v *AgentReadyEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Agent)
}

func readAgentReadyEvent(r *FrameReader, p []byte) *AgentReadyEvent {
	v := &AgentReadyEvent{}
	v.Run = r.u64(p, 8)
	v.Agent = r.u32(p, 16)
	return v
}

// AgentFailedEvent: `agent-failed` of the protocol.
type AgentFailedEvent struct {
	Run Run `json:"run"`

	Agent uint32 `json:"agent"`

	Message string `json:"message"`
}

// Type is "agent-failed".
func (*AgentFailedEvent) Type() string { return "agent-failed" }
func (*AgentFailedEvent) kind() uint16 { return 12 }
func (*AgentFailedEvent) fixed() int   { return 28 }

func (v *AgentFailedEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Agent)
	w.text(at+20, v.Message)
}

func readAgentFailedEvent(r *FrameReader, p []byte) *AgentFailedEvent {
	v := &AgentFailedEvent{}
	v.Run = r.u64(p, 8)
	v.Agent = r.u32(p, 16)
	v.Message = r.text(p, 20)
	return v
}

// ResendEvent: the host does not have the turns that a `call-model` builds on: send the command again with all of them.
type ResendEvent struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`
}

// Type is "resend".
func (*ResendEvent) Type() string { return "resend" }
func (*ResendEvent) kind() uint16 { return 13 }
func (*ResendEvent) fixed() int   { return 20 }

func (v *ResendEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
}

func readResendEvent(r *FrameReader, p []byte) *ResendEvent {
	v := &ResendEvent{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	return v
}

// GrantEvent: what the commons decided about an effect that waited for it. Written by the core into a run's record; refused from a host.
type GrantEvent struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Granted bool `json:"granted"`
}

// Type is "grant".
func (*GrantEvent) Type() string { return "grant" }
func (*GrantEvent) kind() uint16 { return 14 }
func (*GrantEvent) fixed() int   { return 21 }

func (v *GrantEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.flag(at+20, v.Granted)
}

func readGrantEvent(r *FrameReader, p []byte) *GrantEvent {
	v := &GrantEvent{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Granted = r.flag(p, 20)
	return v
}

// SaveEvent: answered by `saved`. The run goes on.
type SaveEvent struct {
	Run Run `json:"run"`
}

// Type is "save".
func (*SaveEvent) Type() string { return "save" }
func (*SaveEvent) kind() uint16 { return 15 }
func (*SaveEvent) fixed() int   { return 16 }

func (v *SaveEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
}

func readSaveEvent(r *FrameReader, p []byte) *SaveEvent {
	v := &SaveEvent{}
	v.Run = r.u64(p, 8)
	return v
}

// RestoreEvent: a run from the bytes of `saved`. Answered by `started` or `refused`.
type RestoreEvent struct {
	Tag uint32 `json:"tag"`

	Definition uint32 `json:"definition"`

	State []byte `json:"state"`

	// It does nothing yet: it takes the records that follow in its journal, until `resume`.
	Paused bool `json:"paused"`
}

// Type is "restore".
func (*RestoreEvent) Type() string { return "restore" }
func (*RestoreEvent) kind() uint16 { return 16 }
func (*RestoreEvent) fixed() int   { return 25 }

func (v *RestoreEvent) write(w *FrameWriter, at int) {
	w.u32(at+8, v.Tag)
	w.u32(at+12, v.Definition)
	w.octets(at+16, v.State)
	w.flag(at+24, v.Paused)
}

func readRestoreEvent(r *FrameReader, p []byte) *RestoreEvent {
	v := &RestoreEvent{}
	v.Tag = r.u32(p, 8)
	v.Definition = r.u32(p, 12)
	v.State = r.octets(p, 16)
	v.Paused = r.flag(p, 24)
	return v
}

// ReplayEvent: the next record of a run's journal, into a run that only replays (0: a new one). Answered by `replayed`, or `refused` where it differs.
type ReplayEvent struct {
	Run Run `json:"run"`

	Tag uint32 `json:"tag"`

	Definition uint32 `json:"definition"`

	Record []byte `json:"record"`

	// Tell all commands of the step, for whoever only looks at them; else those alone that leave the run.
	Show bool `json:"show"`
}

// Type is "replay".
func (*ReplayEvent) Type() string { return "replay" }
func (*ReplayEvent) kind() uint16 { return 17 }
func (*ReplayEvent) fixed() int   { return 33 }

func (v *ReplayEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Tag)
	w.u32(at+20, v.Definition)
	w.octets(at+24, v.Record)
	w.flag(at+32, v.Show)
}

func readReplayEvent(r *FrameReader, p []byte) *ReplayEvent {
	v := &ReplayEvent{}
	v.Run = r.u64(p, 8)
	v.Tag = r.u32(p, 16)
	v.Definition = r.u32(p, 20)
	v.Record = r.octets(p, 24)
	v.Show = r.flag(p, 32)
	return v
}

// ResumeEvent: the run that replayed goes on for real: what it waits for is asked of the host again. In the record of the step that follows it says that whoever
// was asked again has all of their time from then on.
type ResumeEvent struct {
	Run Run `json:"run"`
}

// Type is "resume".
func (*ResumeEvent) Type() string { return "resume" }
func (*ResumeEvent) kind() uint16 { return 18 }
func (*ResumeEvent) fixed() int   { return 16 }

func (v *ResumeEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
}

func readResumeEvent(r *FrameReader, p []byte) *ResumeEvent {
	v := &ResumeEvent{}
	v.Run = r.u64(p, 8)
	return v
}

// DropEvent: done with a run that replayed, or that is only to be thrown away. No command follows.
type DropEvent struct {
	Run Run `json:"run"`
}

// Type is "drop".
func (*DropEvent) Type() string { return "drop" }
func (*DropEvent) kind() uint16 { return 19 }
func (*DropEvent) fixed() int   { return 16 }

func (v *DropEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
}

func readDropEvent(r *FrameReader, p []byte) *DropEvent {
	v := &DropEvent{}
	v.Run = r.u64(p, 8)
	return v
}

// SearchResultEvent: what was found: a JSON list of {id, text, score, metadata}, the best first.
type SearchResultEvent struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	Documents string `json:"documents"`
}

// Type is "search-result".
func (*SearchResultEvent) Type() string { return "search-result" }
func (*SearchResultEvent) kind() uint16 { return 20 }
func (*SearchResultEvent) fixed() int   { return 32 }

func (v *SearchResultEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.text(at+24, v.Documents)
}

func readSearchResultEvent(r *FrameReader, p []byte) *SearchResultEvent {
	v := &SearchResultEvent{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.Documents = r.text(p, 24)
	return v
}

// IndexResultEvent: the documents are kept; how many.
type IndexResultEvent struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	Count uint32 `json:"count"`
}

// Type is "index-result".
func (*IndexResultEvent) Type() string { return "index-result" }
func (*IndexResultEvent) kind() uint16 { return 21 }
func (*IndexResultEvent) fixed() int   { return 28 }

func (v *IndexResultEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.u32(at+24, v.Count)
}

func readIndexResultEvent(r *FrameReader, p []byte) *IndexResultEvent {
	v := &IndexResultEvent{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.Count = r.u32(p, 24)
	return v
}

// ApprovalEvent: what a person decided about a call of a tool.
type ApprovalEvent struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Approved bool `json:"approved"`

	Reason string `json:"reason"`

	// What `ask-approval` said that it is about; empty: not compared.
	Hash string `json:"hash"`

	// JSON that the tool is to get instead; empty: what was asked about.
	Arguments string `json:"arguments"`
}

// Type is "approval".
func (*ApprovalEvent) Type() string { return "approval" }
func (*ApprovalEvent) kind() uint16 { return 22 }
func (*ApprovalEvent) fixed() int   { return 48 }

func (v *ApprovalEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.flag(at+20, v.Approved)
	w.text(at+24, v.Reason)
	w.text(at+32, v.Hash)
	w.text(at+40, v.Arguments)
}

func readApprovalEvent(r *FrameReader, p []byte) *ApprovalEvent {
	v := &ApprovalEvent{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Approved = r.flag(p, 20)
	v.Reason = r.text(p, 24)
	v.Hash = r.text(p, 32)
	v.Arguments = r.text(p, 40)
	return v
}

// AmendEvent: a run that only replays goes on from here as another one, with changes; or, with `run` 0, the run of the `start` right before it, of this
// tag. What it waits for is asked as after `resume`. Answered by `started`, or `refused`: then nothing has changed.
type AmendEvent struct {
	Run Run `json:"run"`

	Tag uint32 `json:"tag"`

	// The new run's id, 1 to 64 bytes; empty with `run` 0.
	ID string `json:"id"`

	Seed *uint64 `json:"seed"`

	Amendments []Amendment `json:"amendments"`

	Results []AmendedResult `json:"results"`
}

// Type is "amend".
func (*AmendEvent) Type() string { return "amend" }
func (*AmendEvent) kind() uint16 { return 23 }
func (*AmendEvent) fixed() int   { return 64 }

func (v *AmendEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Tag)
	w.text(at+20, v.ID)
	w.flag(at+32, v.Seed != nil)
	if v.Seed != nil {
		w.u64(at+40, *v.Seed)
	}
	writeItems(w, at+48, v.Amendments, 28, 4, writeAmendment)
	writeItems(w, at+56, v.Results, 16, 4, writeAmendedResult)
}

func readAmendEvent(r *FrameReader, p []byte) *AmendEvent {
	v := &AmendEvent{}
	v.Run = r.u64(p, 8)
	v.Tag = r.u32(p, 16)
	v.ID = r.text(p, 20)
	if r.flag(p, 32) {
		v.Seed = new(uint64)
	}
	if v.Seed != nil {
		*v.Seed = r.u64(p, 40)
	}
	v.Amendments = readItems(r, p, 48, 28, 4, readAmendment)
	v.Results = readItems(r, p, 56, 16, 4, readAmendedResult)
	return v
}

// ModelsEvent: what is known of models. Holds, in place of what was said before, for definitions that are loaded from then on.
type ModelsEvent struct {
	Models []ModelFacts `json:"models"`
}

// Type is "models".
func (*ModelsEvent) Type() string { return "models" }
func (*ModelsEvent) kind() uint16 { return 24 }
func (*ModelsEvent) fixed() int   { return 16 }

func (v *ModelsEvent) write(w *FrameWriter, at int) {
	writeItems(w, at+8, v.Models, 112, 8, writeModelFacts)
}

func readModelsEvent(r *FrameReader, p []byte) *ModelsEvent {
	v := &ModelsEvent{}
	v.Models = readItems(r, p, 8, 112, 8, readModelFacts)
	return v
}

// SignInEvent: somebody wants to use a definition that is served; what the host found of who they are, by a proxy's header and by a key or token. Answered by
// `verdict`, or `refused` with the tag. What follows is decided by the definition alone: it changes nothing.
type SignInEvent struct {
	Tag uint32 `json:"tag"`

	Definition uint32 `json:"definition"`

	Proxy Evidence `json:"proxy"`

	ProxyName string `json:"proxy-name"`

	ProxyRoles []string `json:"proxy-roles"`

	Key Evidence `json:"key"`

	KeyName string `json:"key-name"`

	KeyRoles []string `json:"key-roles"`
}

// Type is "sign-in".
func (*SignInEvent) Type() string { return "sign-in" }
func (*SignInEvent) kind() uint16 { return 25 }
func (*SignInEvent) fixed() int   { return 56 }

func (v *SignInEvent) write(w *FrameWriter, at int) {
	w.u32(at+8, v.Tag)
	w.u32(at+12, v.Definition)
	w.oneOf(at+16, uint8(v.Proxy), len(evidenceNames))
	w.text(at+20, v.ProxyName)
	w.texts(at+28, v.ProxyRoles)
	w.oneOf(at+36, uint8(v.Key), len(evidenceNames))
	w.text(at+40, v.KeyName)
	w.texts(at+48, v.KeyRoles)
}

func readSignInEvent(r *FrameReader, p []byte) *SignInEvent {
	v := &SignInEvent{}
	v.Tag = r.u32(p, 8)
	v.Definition = r.u32(p, 12)
	v.Proxy = Evidence(r.oneOf(p, 16, len(evidenceNames)))
	v.ProxyName = r.text(p, 20)
	v.ProxyRoles = r.texts(p, 28)
	v.Key = Evidence(r.oneOf(p, 36, len(evidenceNames)))
	v.KeyName = r.text(p, 40)
	v.KeyRoles = r.texts(p, 48)
	return v
}

// AuthorizeEvent: somebody who has signed in wants something. Answered as `sign-in` is.
type AuthorizeEvent struct {
	Tag uint32 `json:"tag"`

	Definition uint32 `json:"definition"`

	Principal string `json:"principal"`

	Roles []string `json:"roles"`

	Action string `json:"action"`

	Resource string `json:"resource"`

	// The policies of `authorization.policy_file`, as JSON, or empty.
	Policies string `json:"policies"`

	// Their bucket, as the last verdict about it said: millionths of requests that they had left, and when. 0 and 0: it is full.
	Left uint64 `json:"left"`

	Since uint64 `json:"since"`
}

// Type is "authorize".
func (*AuthorizeEvent) Type() string { return "authorize" }
func (*AuthorizeEvent) kind() uint16 { return 26 }
func (*AuthorizeEvent) fixed() int   { return 72 }

func (v *AuthorizeEvent) write(w *FrameWriter, at int) {
	w.u32(at+8, v.Tag)
	w.u32(at+12, v.Definition)
	w.text(at+16, v.Principal)
	w.texts(at+24, v.Roles)
	w.text(at+32, v.Action)
	w.text(at+40, v.Resource)
	w.text(at+48, v.Policies)
	w.u64(at+56, v.Left)
	w.u64(at+64, v.Since)
}

func readAuthorizeEvent(r *FrameReader, p []byte) *AuthorizeEvent {
	v := &AuthorizeEvent{}
	v.Tag = r.u32(p, 8)
	v.Definition = r.u32(p, 12)
	v.Principal = r.text(p, 16)
	v.Roles = r.texts(p, 24)
	v.Action = r.text(p, 32)
	v.Resource = r.text(p, 40)
	v.Policies = r.text(p, 48)
	v.Left = r.u64(p, 56)
	v.Since = r.u64(p, 64)
	return v
}

// CountedEvent: tokens of each text, in their order.
type CountedEvent struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	// SHA-256 of the table's file, 64 hex digits: whoever has it can check them. Empty: the host has none for this model, and the core estimates.
	Table string `json:"table"`

	Counts []TextCount `json:"counts"`
}

// Type is "counted".
func (*CountedEvent) Type() string { return "counted" }
func (*CountedEvent) kind() uint16 { return 27 }
func (*CountedEvent) fixed() int   { return 40 }

func (v *CountedEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.text(at+24, v.Table)
	writeItems(w, at+32, v.Counts, 4, 4, writeTextCount)
}

func readCountedEvent(r *FrameReader, p []byte) *CountedEvent {
	v := &CountedEvent{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.Table = r.text(p, 24)
	v.Counts = readItems(r, p, 32, 4, 4, readTextCount)
	return v
}

// RecalledEvent: what a session holds. `user`: whose it is, or empty; `checkpointed`: when it was last checkpointed, milliseconds since 1970, or 0.
// `turns`, oldest first, are as `remember` had them; what is none is passed over.
type RecalledEvent struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`

	User string `json:"user"`

	Checkpointed uint64 `json:"checkpointed"`

	Turns []string `json:"turns"`
}

// Type is "recalled".
func (*RecalledEvent) Type() string { return "recalled" }
func (*RecalledEvent) kind() uint16 { return 28 }
func (*RecalledEvent) fixed() int   { return 48 }

func (v *RecalledEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
	w.text(at+24, v.User)
	w.u64(at+32, v.Checkpointed)
	w.texts(at+40, v.Turns)
}

func readRecalledEvent(r *FrameReader, p []byte) *RecalledEvent {
	v := &RecalledEvent{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	v.User = r.text(p, 24)
	v.Checkpointed = r.u64(p, 32)
	v.Turns = r.texts(p, 40)
	return v
}

// RememberedEvent: a turn is kept.
type RememberedEvent struct {
	Run Run `json:"run"`

	Effect uint32 `json:"effect"`

	Attempt uint32 `json:"attempt"`
}

// Type is "remembered".
func (*RememberedEvent) Type() string { return "remembered" }
func (*RememberedEvent) kind() uint16 { return 29 }
func (*RememberedEvent) fixed() int   { return 24 }

func (v *RememberedEvent) write(w *FrameWriter, at int) {
	w.u64(at+8, v.Run)
	w.u32(at+16, v.Effect)
	w.u32(at+20, v.Attempt)
}

func readRememberedEvent(r *FrameReader, p []byte) *RememberedEvent {
	v := &RememberedEvent{}
	v.Run = r.u64(p, 8)
	v.Effect = r.u32(p, 16)
	v.Attempt = r.u32(p, 20)
	return v
}

// WriteEvent writes any event as the next record. For a field that is out of its range it gives an error, and nothing is written.
func (w *FrameWriter) WriteEvent(v Event) error {
	return w.record(v.kind(), v.fixed(), v.Type(), v.write)
}

// ReadEvent reads the record that [FrameReader.Next] came to. The error is a [*FrameError].
func (r *FrameReader) ReadEvent() (Event, error) {
	var v Event
	switch r.Kind {
	case 0:
		v = readDefineEvent(r, r.part(37))
	case 1:
		v = readVariablesEvent(r, r.part(20))
	case 2:
		v = readForgetEvent(r, r.part(12))
	case 3:
		v = readStartEvent(r, r.part(144))
	case 4:
		v = readDeliverEvent(r, r.part(32))
	case 5:
		v = readCloseEvent(r, r.part(16))
	case 6:
		v = readCancelEvent(r, r.part(24))
	case 7:
		v = readModelResultEvent(r, r.part(56))
	case 8:
		v = readToolResultEvent(r, r.part(36))
	case 9:
		v = readAgentResultEvent(r, r.part(32))
	case 10:
		v = readEffectFailedEvent(r, r.part(76))
	case 11:
		v = readAgentReadyEvent(r, r.part(20))
	case 12:
		v = readAgentFailedEvent(r, r.part(28))
	case 13:
		v = readResendEvent(r, r.part(20))
	case 14:
		v = readGrantEvent(r, r.part(21))
	case 15:
		v = readSaveEvent(r, r.part(16))
	case 16:
		v = readRestoreEvent(r, r.part(25))
	case 17:
		v = readReplayEvent(r, r.part(33))
	case 18:
		v = readResumeEvent(r, r.part(16))
	case 19:
		v = readDropEvent(r, r.part(16))
	case 20:
		v = readSearchResultEvent(r, r.part(32))
	case 21:
		v = readIndexResultEvent(r, r.part(28))
	case 22:
		v = readApprovalEvent(r, r.part(48))
	case 23:
		v = readAmendEvent(r, r.part(64))
	case 24:
		v = readModelsEvent(r, r.part(16))
	case 25:
		v = readSignInEvent(r, r.part(56))
	case 26:
		v = readAuthorizeEvent(r, r.part(72))
	case 27:
		v = readCountedEvent(r, r.part(40))
	case 28:
		v = readRecalledEvent(r, r.part(48))
	case 29:
		v = readRememberedEvent(r, r.part(24))
	default:
		r.fault(fmt.Sprintf("there is no event of kind %d", r.Kind))
	}
	if r.err != nil {
		return nil, r.err
	}
	return v, nil
}
