package aixlet

import (
	"context"
	"encoding/json"
	"fmt"

	"aixlet/protocol"
)

// Model answers conversations. It is called from many goroutines at once.
type Model interface {
	Generate(ctx context.Context, request *ModelRequest) (*ModelAnswer, error)
}

// ModelFunc is a function as a [Model].
type ModelFunc func(ctx context.Context, request *ModelRequest) (*ModelAnswer, error)

// Generate calls the function.
func (f ModelFunc) Generate(ctx context.Context, request *ModelRequest) (*ModelAnswer, error) {
	return f(ctx, request)
}

// ModelRequest is one call of a model. It is read, never changed.
type ModelRequest struct {
	// Run is the run's id, Agent the name of whose call it is, and Model what the definition calls it.
	Run, Agent, Model string
	// Attempt, from 1. IdempotencyKey is the same over all attempts.
	Attempt        uint32
	IdempotencyKey string
	// Parts of the whole conversation.
	Parts []protocol.Part
	// Tools that may be called; NoTools: none now, though they have been.
	Tools   []ToolDeclaration
	NoTools bool
	// Schema, as JSON, that the answer should follow; nil: it is free.
	Schema json.RawMessage
	// Temperature, TopP and MaxTokens as the definition has them; nil or 0: the provider's.
	Temperature, TopP *float64
	MaxTokens         uint32
}

// ToolDeclaration is a tool as models are told of it.
type ToolDeclaration struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	InputSchema json.RawMessage `json:"input_schema,omitempty"`
}

// ModelAnswer is what a model said.
type ModelAnswer struct {
	Parts  []protocol.Part
	Finish protocol.FinishReason
	Usage  protocol.Usage
}

// Say is an answer of plain text.
func Say(text string) *ModelAnswer {
	return &ModelAnswer{Parts: []protocol.Part{{Role: protocol.PartRoleAssistant, Kind: protocol.PartKindText, Text: text}}}
}

// Failure is why something outside failed, in words that the core decides on. Any other error counts as `failed`.
type Failure struct {
	Kind    protocol.FailureKind
	Message string
	// RetryAfter: milliseconds that the other side asked to wait; nil: it did not.
	RetryAfter *uint64
	Usage      protocol.Usage
	Cause      error
}

func (f *Failure) Error() string { return f.Message }

// Unwrap gives what the failure came from.
func (f *Failure) Unwrap() error { return f.Cause }

func failed(kind protocol.FailureKind, format string, values ...any) *Failure {
	return &Failure{Kind: kind, Message: fmt.Sprintf(format, values...)}
}
