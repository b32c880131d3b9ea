package aixlet

import (
	"context"
	"iter"
	"sync"

	"aixlet/protocol"
)

// Run is a run that is under way, or has ended.
type Run struct {
	// ID is the run's name.
	ID string

	engine *Engine
	handle uint64
	// ctx ends with the run: what is under way for it is told.
	ctx    context.Context
	cancel context.CancelCauseFunc

	// Of the engine's goroutine: attempts under way, and the conversations that the core counts on.
	attempts      map[attempt]context.CancelFunc
	conversations map[uint32][]protocol.Part

	mutex  sync.Mutex
	change *sync.Cond
	told   []protocol.Command
	result *Result
	err    error
	over   bool
}

type attempt struct{ effect, attempt uint32 }

// Result of a run that has come to its end.
type Result struct {
	// Text of the last output.
	Text string `json:"text"`
	// Stop: why it ended; `done` is well. Path: where, an agent's name or a node of the flow; Message: for people.
	Stop     protocol.StopReason `json:"stop"`
	Path     string              `json:"path,omitempty"`
	Message  string              `json:"message,omitempty"`
	Counters protocol.Counters   `json:"counters"`
	// Spent by agent and provider, and what that cost, in micro-dollars.
	Spent []protocol.Spending `json:"spent,omitempty"`
	Cost  uint64              `json:"cost"`
}

func newRun(engine *Engine, ctx context.Context) *Run {
	r := &Run{engine: engine, attempts: map[attempt]context.CancelFunc{}, conversations: map[uint32][]protocol.Part{}}
	r.ctx, r.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	r.change = sync.NewCond(&r.mutex)
	return r
}

// Wait waits for the run's end. The error's code is [RunFailed] if it did not end well; the result is there then, too.
func (r *Run) Wait() (*Result, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for !r.over {
		r.change.Wait()
	}
	return r.result, r.err
}

// Events gives what happens in the run, from its beginning, until it ends: outputs, logs, notices, messages and spans as the core tells them. A slow
// reader holds nothing up.
func (r *Run) Events() iter.Seq[protocol.Command] {
	return func(yield func(protocol.Command) bool) {
		for next := 0; ; next++ {
			r.mutex.Lock()
			for next >= len(r.told) && !r.over {
				r.change.Wait()
			}
			if next >= len(r.told) {
				r.mutex.Unlock()
				return
			}
			command := r.told[next]
			r.mutex.Unlock()
			if !yield(command) {
				return
			}
		}
	}
}

// Send gives the run another message; to: an agent or port, empty: the only entry.
func (r *Run) Send(to, text string) {
	r.engine.post(func() { r.write(&protocol.DeliverEvent{Run: r.handle, To: to, Text: text}) })
}

// Cancel stops the run. It ends with the reason `cancelled`.
func (r *Run) Cancel(reason string) {
	r.engine.post(func() { r.write(&protocol.CancelEvent{Run: r.handle, Reason: reason}) })
}

// write adds an event of this run; after its end there are none.
func (r *Run) write(event protocol.Event) {
	if r.engine.runs[r.handle] == r {
		r.engine.write(event)
	}
}

func (r *Run) tell(command protocol.Command) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.told = append(r.told, command)
	r.change.Broadcast()
}

func (r *Run) finish(result *Result, err error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.over {
		return
	}
	r.over, r.result, r.err = true, result, err
	r.change.Broadcast()
	r.cancel(err)
}

// begin gives the context of an attempt.
func (r *Run) begin(effect, number uint32) context.Context {
	// The core keeps the time; the host only stops what it does not want any more.
	ctx, cancel := context.WithCancel(r.ctx)
	r.attempts[attempt{effect, number}] = cancel
	return ctx
}

// settle has an attempt's outcome told.
func (r *Run) settle(effect, number uint32, event protocol.Event) {
	r.engine.post(func() {
		key := attempt{effect, number}
		if cancel := r.attempts[key]; cancel != nil {
			cancel()
			delete(r.attempts, key)
		}
		r.write(event)
	})
}
