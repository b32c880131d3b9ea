package aixlet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"aixlet/protocol"
)

// OpenAI is a model behind an endpoint that speaks OpenAI's chat completions, as most servers of models do.
type OpenAI struct {
	// Provider, for messages; Model as the server knows it; Endpoint up to /chat/completions; Key, or empty.
	Provider, Model, Endpoint, Key string
	// Client; nil: http.DefaultClient. The core keeps the time.
	Client *http.Client
}

const mostAnswer = 64 << 20

type wireMessage struct {
	Role       string     `json:"role"`
	Content    string     `json:"content"`
	ToolCallID string     `json:"tool_call_id,omitempty"`
	ToolCalls  []wireCall `json:"tool_calls,omitempty"`
}

type wireCall struct {
	ID       string       `json:"id"`
	Type     string       `json:"type"`
	Function wireFunction `json:"function"`
}

type wireFunction struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Arguments   string          `json:"arguments,omitempty"`
	Parameters  json.RawMessage `json:"parameters,omitempty"`
}

type wireTool struct {
	Type     string       `json:"type"`
	Function wireFunction `json:"function"`
}

type wireRequest struct {
	Model               string         `json:"model"`
	Messages            []wireMessage  `json:"messages"`
	Temperature         *float64       `json:"temperature,omitempty"`
	TopP                *float64       `json:"top_p,omitempty"`
	MaxTokens           uint32         `json:"max_tokens,omitempty"`
	MaxCompletionTokens uint32         `json:"max_completion_tokens,omitempty"`
	Tools               []wireTool     `json:"tools,omitempty"`
	ToolChoice          string         `json:"tool_choice,omitempty"`
	ResponseFormat      map[string]any `json:"response_format,omitempty"`
}

type wireAnswer struct {
	Choices []struct {
		FinishReason string `json:"finish_reason"`
		Message      struct {
			Content          string
			Reasoning        string
			ReasoningContent string     `json:"reasoning_content"`
			ToolCalls        []wireCall `json:"tool_calls"`
		}
	}
	Usage struct {
		PromptTokens        uint32 `json:"prompt_tokens"`
		CompletionTokens    uint32 `json:"completion_tokens"`
		PromptTokensDetails struct {
			CachedTokens uint32 `json:"cached_tokens"`
		} `json:"prompt_tokens_details"`
		CompletionDetails struct {
			ReasoningTokens uint32 `json:"reasoning_tokens"`
		} `json:"completion_tokens_details"`
	}
}

var finishes = map[string]protocol.FinishReason{
	"stop": protocol.FinishReasonStop, "length": protocol.FinishReasonLength, "tool_calls": protocol.FinishReasonToolCalls,
	"function_call": protocol.FinishReasonToolCalls, "content_filter": protocol.FinishReasonContentFilter,
}

// Generate makes one request; the error is a [*Failure]. It tries nothing again: that is the core's to decide.
func (m *OpenAI) Generate(ctx context.Context, request *ModelRequest) (*ModelAnswer, error) {
	body, err := json.Marshal(m.request(request))
	if err != nil {
		return nil, failed(protocol.FailureKindInvalidRequest, "%s: %v", m.Provider, err)
	}
	asked, err := http.NewRequestWithContext(ctx, http.MethodPost, m.Endpoint+"/chat/completions", bytes.NewReader(body))
	if err != nil {
		return nil, failed(protocol.FailureKindInvalidRequest, "%s: %v", m.Provider, err)
	}
	asked.Header.Set("Content-Type", "application/json")
	asked.Header.Set("Idempotency-Key", request.IdempotencyKey)
	if m.Key != "" {
		asked.Header.Set("Authorization", "Bearer "+m.Key)
	}
	client := m.Client
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(asked)
	if err != nil {
		return nil, m.unreachable(ctx, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if err != nil {
		return nil, m.unreachable(ctx, err)
	}
	if answer.StatusCode >= 300 {
		return nil, m.refusal(answer, text)
	}
	return m.read(text)
}

func (m *OpenAI) request(request *ModelRequest) *wireRequest {
	wire := &wireRequest{Model: m.Model, Temperature: request.Temperature, TopP: request.TopP, Messages: messagesOf(request.Parts)}
	if strings.HasPrefix(m.Endpoint, "https://api.openai.com/") {
		wire.MaxCompletionTokens = request.MaxTokens
	} else {
		wire.MaxTokens = request.MaxTokens
	}
	for _, tool := range request.Tools {
		parameters := tool.InputSchema
		if parameters == nil {
			parameters = json.RawMessage(`{"type":"object"}`)
		}
		wire.Tools = append(wire.Tools, wireTool{"function", wireFunction{Name: tool.Name, Description: tool.Description, Parameters: parameters}})
	}
	if request.NoTools && len(wire.Tools) > 0 {
		wire.ToolChoice = "none"
	}
	if request.Schema != nil {
		wire.ResponseFormat = map[string]any{"type": "json_schema", "json_schema": map[string]any{"name": "answer", "schema": request.Schema}}
	}
	return wire
}

func messagesOf(parts []protocol.Part) []wireMessage {
	var messages []wireMessage
	for _, turn := range turnsOf(parts) {
		switch turn.role {
		case protocol.PartRoleTool:
			for _, part := range turn.parts {
				messages = append(messages, wireMessage{Role: "tool", ToolCallID: part.ID, Content: part.Text})
			}
		case protocol.PartRoleSystem:
			for _, part := range turn.parts {
				messages = append(messages, wireMessage{Role: "system", Content: part.Text})
			}
		default:
			message := wireMessage{Role: turn.role.String()}
			for _, part := range turn.parts {
				switch part.Kind {
				case protocol.PartKindText:
					message.Content += part.Text
				case protocol.PartKindToolCall:
					message.ToolCalls = append(message.ToolCalls, wireCall{part.ID, "function", wireFunction{Name: part.Name, Arguments: argumentsOf(part)}})
				}
			}
			messages = append(messages, message)
		}
	}
	return messages
}

func (m *OpenAI) read(text []byte) (*ModelAnswer, error) {
	var wire wireAnswer
	if err := json.Unmarshal(text, &wire); err != nil || len(wire.Choices) == 0 {
		return nil, &Failure{Kind: protocol.FailureKindMalformed, Message: m.Provider + ": the answer has not the agreed form", Cause: err}
	}
	choice := wire.Choices[0]
	answer := &ModelAnswer{Finish: protocol.FinishReasonOther, Usage: protocol.Usage{
		Input: wire.Usage.PromptTokens, Output: wire.Usage.CompletionTokens,
		CachedRead: wire.Usage.PromptTokensDetails.CachedTokens, Reasoning: wire.Usage.CompletionDetails.ReasoningTokens,
	}}
	if finish, ok := finishes[choice.FinishReason]; ok {
		answer.Finish = finish
	}
	said := func(kind protocol.PartKind, text, id, name string) {
		answer.Parts = append(answer.Parts, protocol.Part{Role: protocol.PartRoleAssistant, Kind: kind, Text: text, ID: id, Name: name})
	}
	if reasoning := choice.Message.ReasoningContent + choice.Message.Reasoning; reasoning != "" {
		said(protocol.PartKindReasoning, reasoning, "", "")
	}
	if choice.Message.Content != "" {
		said(protocol.PartKindText, choice.Message.Content, "", "")
	}
	for number, call := range choice.Message.ToolCalls {
		id, arguments := call.ID, call.Function.Arguments
		if id == "" {
			id = fmt.Sprintf("call-%d", number+1)
		}
		if arguments == "" {
			arguments = "{}"
		}
		said(protocol.PartKindToolCall, arguments, id, call.Function.Name)
	}
	return answer, nil
}

func (m *OpenAI) unreachable(ctx context.Context, err error) error {
	kind := protocol.FailureKindNetwork
	var network net.Error
	switch {
	case ctx.Err() != nil:
		kind = protocol.FailureKindAborted
	case errors.As(err, &network) && network.Timeout():
		kind = protocol.FailureKindTimeout
	}
	return &Failure{Kind: kind, Message: m.hide(fmt.Sprintf("%s: %v", m.Provider, err)), Cause: err}
}

// hide takes the key out of a text.
func (m *OpenAI) hide(text string) string {
	if len(m.Key) < 8 {
		return text
	}
	return strings.ReplaceAll(text, m.Key, "***")
}

func (m *OpenAI) refusal(answer *http.Response, text []byte) error {
	var told struct {
		Error struct{ Message, Code, Type string }
	}
	message := string(text)
	if json.Unmarshal(text, &told) == nil && told.Error.Message != "" {
		message = told.Error.Message
	}
	kind := kindOfStatus(answer.StatusCode, message)
	for _, word := range []string{told.Error.Code, told.Error.Type} {
		switch word {
		// Sent as 429, but no waiting helps: the account is out of money.
		case "insufficient_quota", "billing_error":
			kind = protocol.FailureKindAuthentication
		case "content_filter", "content_policy_violation":
			kind = protocol.FailureKindContentFilter
		case "context_length_exceeded":
			kind = protocol.FailureKindContextLength
		}
	}
	failure := failed(kind, "%s", m.hide(fmt.Sprintf("%s: %d %s", m.Provider, answer.StatusCode, message)))
	if kind == protocol.FailureKindRateLimit || kind == protocol.FailureKindServerError {
		failure.RetryAfter = retryAfter(answer.Header)
	}
	return failure
}

var aboutKeys = regexp.MustCompile(`(?i)\bapi[ _-]?key\b`)
var aboutLength = regexp.MustCompile(`(?i)prompt is too long|maximum context length|context (window|length|limit|size)|too many (input )?tokens`)

func kindOfStatus(status int, message string) protocol.FailureKind {
	switch {
	case status == 429:
		return protocol.FailureKindRateLimit
	case status == 408:
		return protocol.FailureKindTimeout
	// Gemini and xAI say 400 to a key they do not know.
	case status == 401, status == 402, status == 403, status == 400 && aboutKeys.MatchString(message):
		return protocol.FailureKindAuthentication
	case (status == 400 || status == 413 || status == 422) && aboutLength.MatchString(message):
		return protocol.FailureKindContextLength
	case status == 409, status >= 500:
		return protocol.FailureKindServerError
	}
	return protocol.FailureKindInvalidRequest
}

// retryAfter gives milliseconds: retry-after-ms, or retry-after in seconds or as a date.
func retryAfter(header http.Header) *uint64 {
	wait := math.NaN()
	if exact, err := strconv.ParseFloat(header.Get("Retry-After-Ms"), 64); err == nil {
		wait = exact
	} else if seconds, err := strconv.ParseFloat(header.Get("Retry-After"), 64); err == nil {
		wait = seconds * 1000
	} else if date, err := http.ParseTime(header.Get("Retry-After")); err == nil {
		wait = float64(max(0, time.Until(date).Milliseconds()))
	}
	if !(wait >= 0 && wait <= protocol.Most) {
		return nil
	}
	whole := uint64(math.Ceil(wait))
	return &whole
}
