package aixlet

import (
	"errors"
	"fmt"
	"strings"

	"aixlet/protocol"
)

// Code is one of a closed list of words that all languages share: docs/errors.md has a paragraph for each. Codes are errors themselves, so
// that errors.Is(err, aixlet.EngineTrapped) asks for one.
type Code string

func (c Code) Error() string { return string(c) }

// The codes of what this package gives.
const (
	BadCore           Code = "bad-core"
	BadJournal        Code = "bad-journal"
	BadScript         Code = "bad-script"
	BadUsage          Code = "bad-usage"
	Closed            Code = "closed"
	DefinitionRefused Code = "definition-refused"
	EngineTrapped     Code = "engine-trapped"
	EventRefused      Code = "event-refused"
	MissingKey        Code = "missing-key"
	RunExists         Code = "run-exists"
	RunFailed         Code = "run-failed"
	RunMissing        Code = "run-missing"
	UnknownModel      Code = "unknown-model"
	UnsupportedModel  Code = "unsupported-provider"
)

// Error is every error of this package.
type Error struct {
	Code    Code
	Message string
	// Path in the definition, or of what failed; may be empty.
	Path string
	// Reason in the core's own words: of event-refused its code, of run-failed the stop reason.
	Reason string
	// Problems of a definition, all at once.
	Problems []protocol.Problem
	// Offset in a journal, in bytes from its start.
	Offset int64
	// Cause, if there is one.
	Cause error
}

func (e *Error) Error() string { return e.Message }

// Unwrap gives the code, and what the error came from.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Code}
	}
	return []error{e.Code, e.Cause}
}

func failure(code Code, format string, values ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, values...)}
}

func refused(problems []protocol.Problem) *Error {
	var lines []string
	for _, problem := range problems {
		if problem.Severity == protocol.SeverityError {
			lines = append(lines, DescribeProblem(problem))
		}
	}
	return &Error{Code: DefinitionRefused, Message: strings.Join(lines, "\n"), Problems: problems}
}

// DescribeProblem spells a problem: file:line:column: path: message (did you mean x?)
func DescribeProblem(problem protocol.Problem) string {
	var text strings.Builder
	text.WriteString(problem.File)
	if problem.Line > 0 {
		fmt.Fprintf(&text, ":%d:%d", problem.Line, problem.Column)
	}
	if text.Len() > 0 {
		text.WriteString(": ")
	}
	if problem.Severity == protocol.SeverityWarning {
		text.WriteString("warning: ")
	}
	if problem.Path != "" {
		text.WriteString(problem.Path + ": ")
	}
	text.WriteString(problem.Message)
	if problem.Suggestion != "" {
		fmt.Fprintf(&text, " (did you mean %s?)", problem.Suggestion)
	}
	return text.String()
}

func trapped(cause error) *Error {
	detail, _, _ := strings.Cut(cause.Error(), "\n")
	return &Error{
		Code:    EngineTrapped,
		Message: fmt.Sprintf("The core trapped (%s). This engine cannot go on. Please report it, with the run's journal.", detail),
		Cause:   cause,
	}
}

var errAnswer = errors.New("an answer outside of the memory")
