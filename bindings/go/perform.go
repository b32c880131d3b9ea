package aixlet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"aixlet/protocol"
)

// perform does what the core says. It decides nothing: what to try again, how long to wait and what to say are in the commands.
func (e *Engine) perform(command protocol.Command) {
	switch c := command.(type) {
	case *protocol.DefinedCommand:
		e.answer(c.Tag, c)
	case *protocol.ProblemsCommand:
		e.answer(c.Tag, c)
	case *protocol.VariablesNeededCommand:
		e.answer(c.Tag, c)
	case *protocol.StartedCommand:
		e.answer(c.Tag, c)
	case *protocol.RefusedCommand:
		if c.Tag != 0 {
			e.answer(c.Tag, c)
		} else if run := e.runs[c.Run]; run != nil {
			run.tell(c)
		}
	case *protocol.CallModelCommand:
		e.callModel(e.runs[c.Run], c)
	case *protocol.CallToolCommand:
		e.callTool(e.runs[c.Run], c)
	case *protocol.CallAgentCommand:
		e.callAgent(e.runs[c.Run], c)
	case *protocol.StartAgentCommand:
		e.write(&protocol.AgentReadyEvent{Run: c.Run, Agent: c.Agent})
	case *protocol.AskApprovalCommand:
		e.askApproval(e.runs[c.Run], c)
	case *protocol.CountTokensCommand:
		// This host has no tables: the core estimates.
		e.write(&protocol.CountedEvent{Run: c.Run, Effect: c.Effect, Attempt: c.Attempt})
	case *protocol.RecallCommand:
		e.write(e.memory.recall(c))
	case *protocol.RememberCommand:
		e.write(e.memory.remember(e.runs[c.Run].ID, c))
	case *protocol.SearchCommand:
		e.write(missing(c.Run, c.Effect, c.Attempt, "this host has no store of documents"))
	case *protocol.IndexCommand:
		e.write(missing(c.Run, c.Effect, c.Attempt, "this host has no store of documents"))
	case *protocol.CancelEffectCommand:
		if run := e.runs[c.Run]; run != nil {
			if cancel := run.attempts[attempt{c.Effect, c.Attempt}]; cancel != nil {
				cancel()
			}
		}
	case *protocol.FinishedCommand:
		e.finish(c)
	case *protocol.OutputCommand:
		e.tell(c.Run, c)
	case *protocol.LogCommand:
		e.tell(c.Run, c)
	case *protocol.MessageCommand:
		e.tell(c.Run, c)
	case *protocol.NoticeCommand:
		e.tell(c.Run, c)
	case *protocol.SpanStartCommand:
		e.tell(c.Run, c)
	case *protocol.SpanEndCommand:
		e.tell(c.Run, c)
	case *protocol.SaveOutputCommand:
		e.tell(c.Run, &protocol.NoticeCommand{
			Run: c.Run, Level: protocol.LevelWarn, Code: "output-not-saved",
			Text: fmt.Sprintf("the result was not written to %s: this host writes no files", c.Path),
		})
	}
}

func (e *Engine) answer(tag uint32, command protocol.Command) {
	if answered := e.answers[tag]; answered != nil {
		answered(command)
	}
}

func (e *Engine) tell(handle uint64, command protocol.Command) {
	if run := e.runs[handle]; run != nil {
		run.tell(command)
	}
}

func (e *Engine) finish(c *protocol.FinishedCommand) {
	run := e.runs[c.Run]
	if run == nil {
		return
	}
	delete(e.runs, c.Run)
	result := &Result{Text: c.Output, Stop: c.Stop, Path: c.Path, Message: c.Message, Counters: c.Counters, Spent: c.Spent, Cost: c.Cost}
	var err error
	if c.Stop != protocol.StopReasonDone {
		err = &Error{Code: RunFailed, Message: c.Message, Path: c.Path, Reason: c.Stop.String()}
	}
	run.finish(result, err)
}

func (e *Engine) callModel(run *Run, c *protocol.CallModelCommand) {
	conversation := run.conversations[c.Conversation]
	if c.Known == 0 {
		conversation = nil
	} else if len(conversation) != int(c.Known) {
		e.write(&protocol.ResendEvent{Run: c.Run, Effect: c.Effect})
		return
	}
	// What an earlier call was given stays as it is: that call may be reading it.
	conversation = append(conversation[:len(conversation):len(conversation)], c.Parts...)
	run.conversations[c.Conversation] = conversation
	agent := &e.agents[c.Agent]
	reference := agent.provider(c.Provider)
	if c.Model != "" {
		reference = modelReference{Model: c.Model}
	}
	request := &ModelRequest{
		Run: run.ID, Agent: agent.Name, Model: reference.Model, Attempt: c.Attempt, IdempotencyKey: fmt.Sprintf("%s/%d", run.ID, c.Effect),
		Parts: conversation, Tools: append(agent.Tools[:len(agent.Tools):len(agent.Tools)], offeredIn(c)...), NoTools: c.NoTools,
		Temperature: agent.Temperature, TopP: agent.TopP, MaxTokens: agent.MaxTokens,
	}
	if c.MaxOutput != 0 {
		request.MaxTokens = c.MaxOutput
	}
	if c.Schema != "" {
		request.Schema = json.RawMessage(c.Schema)
	}
	ctx := run.begin(c.Effect, c.Attempt)
	go func() {
		answer, err := guarded(func() (*ModelAnswer, error) {
			model, err := e.models.find(reference)
			if err != nil {
				return nil, err
			}
			return model.Generate(ctx, request)
		})
		if err == nil && answer == nil {
			err = failed(protocol.FailureKindMalformed, "the model gave neither an answer nor an error")
		}
		var event protocol.Event
		if err == nil {
			event = &protocol.ModelResultEvent{Run: c.Run, Effect: c.Effect, Attempt: c.Attempt, Finish: answer.Finish, Usage: answer.Usage, Parts: answer.Parts}
			if wrong := new(protocol.FrameWriter).WriteEvent(event); wrong != nil {
				err = &Failure{Kind: protocol.FailureKindMalformed, Message: fmt.Sprintf("the model's answer is none: %v", wrong), Cause: wrong}
			}
		}
		if err != nil {
			event = effectFailed(ctx, c.Run, c.Effect, c.Attempt, err)
		}
		run.settle(c.Effect, c.Attempt, event)
	}()
}

func offeredIn(c *protocol.CallModelCommand) []ToolDeclaration {
	var offered []ToolDeclaration
	for _, tool := range c.Offered {
		offered = append(offered, ToolDeclaration{tool.Name, tool.Description, json.RawMessage(tool.Parameters)})
	}
	return offered
}

func (e *Engine) callTool(run *Run, c *protocol.CallToolCommand) {
	tool := e.options.Tools[c.Name]
	if tool == nil {
		e.write(missing(c.Run, c.Effect, c.Attempt, fmt.Sprintf("no code is registered for the tool %q on this host", c.Name)))
		return
	}
	call := &ToolCall{
		Run: run.ID, Agent: e.agents[c.Agent].Name, Name: c.Name, ID: c.ID, Arguments: c.Arguments, Attempt: c.Attempt,
		IdempotencyKey: fmt.Sprintf("%s/%d", run.ID, c.Effect),
	}
	ctx := run.begin(c.Effect, c.Attempt)
	go func() {
		text, err := guarded(func() (string, error) { return tool(ctx, call) })
		if err != nil {
			text = err.Error()
		}
		run.settle(c.Effect, c.Attempt, &protocol.ToolResultEvent{Run: c.Run, Effect: c.Effect, Attempt: c.Attempt, IsError: err != nil, Text: valid(text)})
	}()
}

func (e *Engine) callAgent(run *Run, c *protocol.CallAgentCommand) {
	agent := e.options.Agents[e.agents[c.Agent].Role]
	call := &AgentCall{
		Run: run.ID, Agent: e.agents[c.Agent].Name, Sender: c.Sender, Text: c.Text, Context: c.Context, Attempt: c.Attempt,
		IdempotencyKey: fmt.Sprintf("%s/%d", run.ID, c.Effect),
	}
	ctx := run.begin(c.Effect, c.Attempt)
	go func() {
		text, err := guarded(func() (string, error) { return agent(ctx, call) })
		var event protocol.Event = &protocol.AgentResultEvent{Run: c.Run, Effect: c.Effect, Attempt: c.Attempt, Text: valid(text)}
		if err != nil {
			event = effectFailed(ctx, c.Run, c.Effect, c.Attempt, err)
		}
		run.settle(c.Effect, c.Attempt, event)
	}()
}

func (e *Engine) askApproval(run *Run, c *protocol.AskApprovalCommand) {
	run.tell(c)
	if e.options.Approve == nil {
		return
	}
	ask := &Approval{Run: run.ID, Agent: e.agents[c.Agent].Name, Tool: c.Name, Arguments: c.Arguments, Expires: time.UnixMilli(int64(c.Expires))}
	ctx := run.begin(c.Effect, 0)
	go func() {
		type decision struct {
			approved bool
			reason   string
		}
		decided, err := guarded(func() (decision, error) {
			approved, reason := e.options.Approve(ctx, ask)
			return decision{approved, reason}, nil
		})
		if err != nil {
			decided = decision{false, err.Error()}
		}
		run.settle(c.Effect, 0, &protocol.ApprovalEvent{Run: c.Run, Effect: c.Effect, Approved: decided.approved, Reason: valid(decided.reason)})
	}()
}

// guarded turns a panic of the application's code into an error.
func guarded[T any](f func() (T, error)) (value T, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("panic: %v", caught)
		}
	}()
	return f()
}

func missing(run uint64, effect, attempt uint32, message string) protocol.Event {
	return &protocol.EffectFailedEvent{Run: run, Effect: effect, Attempt: attempt, Failure: protocol.FailureKindMissing, Message: message}
}

func effectFailed(ctx context.Context, run uint64, effect, attempt uint32, err error) protocol.Event {
	event := &protocol.EffectFailedEvent{Run: run, Effect: effect, Attempt: attempt, Failure: protocol.FailureKindFailed, Message: valid(err.Error())}
	var known *Failure
	var own *Error
	switch {
	case errors.As(err, &known):
		event.Failure, event.RetryAfter, event.Usage = known.Kind, known.RetryAfter, known.Usage
	case errors.As(err, &own):
		event.Failure = protocol.FailureKindMissing
	case ctx.Err() != nil:
		event.Failure = protocol.FailureKindAborted
	}
	return event
}

// valid replaces what is no UTF-8, as no text of the protocol may hold it.
func valid(text string) string { return strings.ToValidUTF8(text, "\ufffd") }
