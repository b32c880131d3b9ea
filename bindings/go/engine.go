// Package aixlet runs agents that are declared in YAML. Everything is decided by a deterministic core, a WebAssembly module that comes along; this
// host calls models and tools, and tells the core what came of it.
//
//	engine, err := aixlet.Load(yaml, aixlet.Options{})
//	result, err := engine.Run(ctx, "Weather in Oslo?")
package aixlet

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"sync"
	"time"

	"aixlet/protocol"
)

// Options of an engine. The zero value finds models by their names, with keys from the environment.
type Options struct {
	// Path of the definition, for messages.
	Path string
	// Models by the names that agents use. "*" is any other. Names not found are looked for among the providers.
	Models map[string]Model
	// Tools by name: their code. What they take stands in the definition.
	Tools map[string]Tool
	// Agents by role: host code as agents.
	Agents map[string]Agent
	// Approve decides about calls of tools that a person is to approve (`confirm`); nil: they wait until they expire, and are denied.
	Approve func(ctx context.Context, ask *Approval) (approved bool, reason string)
	// Getenv reads a variable, for ${NAME} and keys; nil: the environment's.
	Getenv func(name string) (string, bool)
	// Now gives the time; nil: the clock's.
	Now func() time.Time
	// Core: another one than the one that comes along.
	Core []byte
}

// Tool is a tool's code. arguments is JSON, checked against the tool's schema; an error is the tool's answer, and the model is told of it.
type Tool func(ctx context.Context, call *ToolCall) (string, error)

// ToolCall is one call of a tool.
type ToolCall struct {
	Run, Agent, Name, ID string
	// Arguments as JSON, defaults filled in.
	Arguments string
	Attempt   uint32
	// IdempotencyKey is the same over all attempts, and after a restart.
	IdempotencyKey string
}

// Agent is host code as an agent.
type Agent func(ctx context.Context, call *AgentCall) (string, error)

// AgentCall is one message for host code as an agent.
type AgentCall struct {
	Run, Agent, Sender, Text string
	// Context: what its node is given by `with`, documents as JSON; or empty.
	Context        string
	Attempt        uint32
	IdempotencyKey string
}

// Approval is a call of a tool that a person is to approve.
type Approval struct {
	Run, Agent, Tool, Arguments string
	// Expires: from then on it is denied.
	Expires time.Time
}

// Engine is a definition, loaded and ready to run, in a core of its own. It is safe for concurrent use.
type Engine struct {
	// Hash of the definition: SHA-256, 64 hex digits.
	Hash string
	// Warnings about the definition.
	Warnings []protocol.Problem

	options    Options
	agents     []manifestAgent
	definition uint32
	models     *modelSource
	do         chan func()
	done       chan struct{}
	closing    sync.Once

	// What follows belongs to the goroutine of loop alone.
	core    *Core
	events  protocol.FrameWriter
	runs    map[uint64]*Run
	tags    uint32
	answers map[uint32]func(protocol.Command)
	prefix  string
	begun   int
	memory  sessions
	err     error
}

// Load loads a definition. The error has the code [DefinitionRefused], with all problems at once, or [BadCore].
func Load(definition []byte, options Options) (*Engine, error) {
	if options.Getenv == nil {
		options.Getenv = os.LookupEnv
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Path == "" {
		options.Path = "definition.yaml"
	}
	source, err := ReadYAML(options.Path, definition)
	if err != nil {
		return nil, err
	}
	core, err := NewCore(options.Core)
	if err != nil {
		return nil, err
	}
	e := &Engine{
		options: options,
		core:    core,
		models:  newModelSource(options.Models, options.Getenv),
		do:      make(chan func(), 64),
		done:    make(chan struct{}),
		runs:    map[uint64]*Run{},
		answers: map[uint32]func(protocol.Command){},
		prefix:  randomName(),
		memory:  sessions{},
	}
	if err := e.define(source); err != nil {
		_ = core.Close()
		return nil, err
	}
	go e.loop()
	return e, nil
}

func (e *Engine) define(source protocol.Source) error {
	define := &protocol.DefineEvent{Sources: []protocol.Source{source}, Roles: namesOf(e.options.Agents), Tools: namesOf(e.options.Tools)}
	answer, err := e.ask(func(tag uint32) protocol.Event { define.Tag = tag; return define })
	if needed, ok := answer.(*protocol.VariablesNeededCommand); ok && err == nil {
		values := &protocol.VariablesEvent{}
		for _, name := range needed.Names {
			variable := protocol.Variable{Name: name}
			if value, ok := e.options.Getenv(name); ok {
				variable.Value = &value
			}
			values.Values = append(values.Values, variable)
		}
		answer, err = e.ask(func(uint32) protocol.Event { values.Tag = needed.Tag; return values })
	}
	if err != nil {
		return err
	}
	switch answer := answer.(type) {
	case *protocol.DefinedCommand:
		e.definition, e.Hash, e.Warnings = answer.Definition, answer.Hash, answer.Warnings
		e.agents, err = readManifest(answer.Manifest)
		return err
	case *protocol.ProblemsCommand:
		return refused(answer.Problems)
	case *protocol.RefusedCommand:
		return eventRefused(answer)
	}
	return failure(EngineTrapped, "the core gave no answer")
}

// ask takes a step for something that is answered at once.
func (e *Engine) ask(event func(tag uint32) protocol.Event) (protocol.Command, error) {
	e.tags++
	made := event(e.tags)
	tag := e.tags
	if values, ok := made.(*protocol.VariablesEvent); ok {
		tag = values.Tag
	}
	var answer protocol.Command
	e.answers[tag] = func(command protocol.Command) { answer = command }
	defer delete(e.answers, tag)
	if err := e.events.WriteEvent(made); err != nil {
		return nil, &Error{Code: BadUsage, Message: err.Error(), Cause: err}
	}
	e.step()
	return answer, e.err
}

// RunOptions of one run.
type RunOptions struct {
	// ID is the run's name everywhere and for ever, 1 to 64 bytes; empty: one is made.
	ID string
	// Seed of the run's random choices; nil: a random one.
	Seed *uint64
	// To: the agent or port where the input goes; empty: the only entry.
	To string
	// Session is the conversation that goes on, and User who speaks; may be empty.
	Session, User string
	// Budget beside the definition's own.
	Budget protocol.Allowance
	// Watch: messages between agents are told, too.
	Watch bool
}

// Run does a run, and waits for its end. If ctx ends before, it is cancelled. The error's code is [RunFailed] if it did not end well; the result is
// there then, too.
func (e *Engine) Run(ctx context.Context, input string, options ...RunOptions) (*Result, error) {
	run, err := e.Start(ctx, input, options...)
	if err != nil {
		return nil, err
	}
	return run.Wait()
}

// Start begins a run. If ctx ends before it does, it is cancelled. The error's code is [EventRefused], [Closed] or [EngineTrapped].
func (e *Engine) Start(ctx context.Context, input string, options ...RunOptions) (*Run, error) {
	var given RunOptions
	if len(options) > 0 {
		given = options[0]
	}
	begun := make(chan error, 1)
	run := newRun(e, ctx)
	if !e.post(func() { begun <- e.begin(run, input, given) }) {
		return nil, e.closed()
	}
	select {
	case err := <-begun:
		if err != nil {
			return nil, err
		}
	case <-e.done:
		return nil, e.closed()
	}
	context.AfterFunc(ctx, func() { run.Cancel(context.Cause(ctx).Error()) })
	return run, nil
}

func (e *Engine) begin(run *Run, input string, options RunOptions) error {
	e.begun++
	run.ID = options.ID
	if run.ID == "" {
		run.ID = fmt.Sprintf("%s-%d", e.prefix, e.begun)
	}
	start := &protocol.StartEvent{
		Definition: e.definition, ID: run.ID, Seed: randomSeed(), Watch: options.Watch, Closed: true, To: options.To, Input: input, HasInput: true,
		Budget: options.Budget, Session: options.Session, User: options.User,
	}
	if options.Seed != nil {
		start.Seed = *options.Seed
	}
	e.tags++
	start.Tag = e.tags
	var refusal error
	e.answers[start.Tag] = func(command protocol.Command) {
		switch command := command.(type) {
		case *protocol.StartedCommand:
			run.handle = command.Run
			e.runs[command.Run] = run
		case *protocol.RefusedCommand:
			refusal = eventRefused(command)
		}
	}
	defer delete(e.answers, start.Tag)
	if err := e.events.WriteEvent(start); err != nil {
		return &Error{Code: BadUsage, Message: err.Error(), Cause: err}
	}
	e.step()
	if refusal == nil && run.handle == 0 {
		return e.err
	}
	return refusal
}

// Close cancels all runs, waits until they are over, and gives the core's memory back.
func (e *Engine) Close() error {
	e.closing.Do(func() {
		open := make(chan []*Run, 1)
		if e.post(func() {
			var runs []*Run
			for _, run := range e.runs {
				runs = append(runs, run)
				e.write(&protocol.CancelEvent{Run: run.handle, Reason: "the engine was closed"})
			}
			open <- runs
		}) {
			for _, run := range <-open {
				_, _ = run.Wait()
			}
		}
		close(e.done)
	})
	return nil
}

// post has the engine's goroutine do something; false if it has ended.
func (e *Engine) post(f func()) bool {
	select {
	case <-e.done:
		return false
	default:
	}
	select {
	case e.do <- f:
		return true
	case <-e.done:
		return false
	}
}

func (e *Engine) closed() error { return failure(Closed, "This engine is closed.") }

// loop is the goroutine that the core belongs to.
func (e *Engine) loop() {
	alarm := time.NewTimer(time.Hour)
	defer alarm.Stop()
	for {
		select {
		case f := <-e.do:
			f()
			// What has come meanwhile goes into the same step.
			for more := true; more; {
				select {
				case f := <-e.do:
					f()
				default:
					more = false
				}
			}
		case <-alarm.C:
		case <-e.done:
			for _, run := range e.runs {
				run.finish(nil, e.closed())
			}
			_ = e.core.Close()
			return
		}
		if wake := e.step(); wake == protocol.Never {
			alarm.Reset(time.Hour)
		} else {
			alarm.Reset(time.UnixMilli(int64(wake)).Sub(e.options.Now()))
		}
	}
}

// step hands the core what has happened, and does what it says, until it asks for no more. It gives when it wants to be called again.
func (e *Engine) step() uint64 {
	for e.err == nil {
		answer, err := e.core.Step(e.events.Finish(0, uint64(e.options.Now().UnixMilli())))
		if err == nil {
			var reader *protocol.FrameReader
			if reader, err = protocol.ReadFrame(answer); err == nil {
				var commands []protocol.Command
				for reader.Next() {
					command, wrong := reader.ReadCommand()
					if wrong != nil {
						break
					}
					commands = append(commands, command)
				}
				if err = reader.Err(); err == nil {
					more := reader.Flags&1 != 0
					for _, command := range commands {
						e.perform(command)
					}
					// What was answered at once is the next step's.
					if !more && e.events.Count() == 0 {
						return reader.Time
					}
					continue
				}
			}
		}
		e.poison(err)
	}
	return protocol.Never
}

func (e *Engine) poison(err error) {
	e.err = err
	for _, run := range e.runs {
		run.finish(nil, err)
	}
	clear(e.runs)
}

// write adds an event to the next step. What cannot be written is a fault of this host.
func (e *Engine) write(event protocol.Event) {
	if err := e.events.WriteEvent(event); err != nil {
		panic(err)
	}
}

func eventRefused(command *protocol.RefusedCommand) error {
	message := command.Message
	if command.Path != "" {
		message = command.Path + ": " + message
	}
	return &Error{Code: EventRefused, Message: message, Path: command.Path, Reason: command.Code}
}

func namesOf[T any](values map[string]T) []string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	return names
}

func randomName() string {
	var bytes [12]byte
	_, _ = rand.Read(bytes[:])
	return hex.EncodeToString(bytes[:])
}

func randomSeed() uint64 {
	var bytes [8]byte
	_, _ = rand.Read(bytes[:])
	return binary.LittleEndian.Uint64(bytes[:]) & protocol.Most
}
