package aixlet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aixlet/internal/ruin"
	"aixlet/protocol"
)

const weather = `
agents:
  - name: reporter
    role: react
    model: m
    tools:
      - name: weather
        input_schema: {type: object, properties: {city: {type: string}}, required: [city]}
`

const weatherScript = `
- when: {text: weather}
  give: {calls: [{tool: weather, arguments: {city: Oslo}}]}
- when: {tool: weather}
  give: "It is ${result}."
`

func load(t *testing.T, definition string, options Options) *Engine {
	t.Helper()
	engine, err := Load([]byte(definition), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	return engine
}

func script(t *testing.T, text string) map[string]Model {
	t.Helper()
	script, err := ReadScript("test.script.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]Model{"*": script}
}

func TestToolLoop(t *testing.T) {
	var calls []*ToolCall
	engine := load(t, weather, Options{Models: script(t, weatherScript), Tools: map[string]Tool{
		"weather": func(_ context.Context, call *ToolCall) (string, error) {
			calls = append(calls, call)
			return "sunny", nil
		},
	}})
	result, err := engine.Run(context.Background(), "weather?", RunOptions{ID: "first"})
	if err != nil || result.Text != "It is sunny." || result.Counters.ModelCalls != 2 || result.Stop != protocol.StopReasonDone {
		t.Fatalf("%+v, %v", result, err)
	}
	if len(calls) != 1 || calls[0].Arguments != `{"city":"Oslo"}` || calls[0].Agent != "reporter" || !strings.HasPrefix(calls[0].IdempotencyKey, "first/") {
		t.Fatalf("%+v", calls)
	}
}

func TestManyRunsAtOnce(t *testing.T) {
	engine := load(t, weather, Options{Models: script(t, weatherScript), Tools: map[string]Tool{
		"weather": func(context.Context, *ToolCall) (string, error) { return "windy", nil },
	}})
	var group sync.WaitGroup
	for range 200 {
		group.Add(1)
		go func() {
			defer group.Done()
			if result, err := engine.Run(context.Background(), "weather?"); err != nil || result.Text != "It is windy." {
				t.Errorf("%+v, %v", result, err)
			}
		}()
	}
	group.Wait()
}

func TestProblemsAreTheCoresOwn(t *testing.T) {
	_, err := Load([]byte("agents:\n  - name: a\n    role: react\n    modle: gpt-4\n"), Options{Path: "team.yaml"})
	var refused *Error
	if !errors.Is(err, DefinitionRefused) || !errors.As(err, &refused) || !strings.Contains(err.Error(), "team.yaml:4:5: agents[0].modle") || !strings.Contains(err.Error(), "did you mean model?") {
		t.Fatal(err)
	}
	if _, err := Load([]byte("a: {b: ${X}}\n"), Options{}); !errors.Is(err, DefinitionRefused) || !strings.Contains(err.Error(), "in quotes") {
		t.Fatal(err)
	}
}

func TestCancelling(t *testing.T) {
	stopped := make(chan struct{})
	engine := load(t, "agents: [{name: a, model: m}]", Options{Models: map[string]Model{"m": ModelFunc(func(ctx context.Context, _ *ModelRequest) (*ModelAnswer, error) {
		<-ctx.Done()
		close(stopped)
		return nil, ctx.Err()
	})}})
	ctx, cancel := context.WithCancelCause(context.Background())
	run, err := engine.Start(ctx, "hello")
	if err != nil {
		t.Fatal(err)
	}
	cancel(errors.New("enough"))
	result, err := run.Wait()
	if !errors.Is(err, RunFailed) || result.Stop != protocol.StopReasonCancelled || !strings.Contains(result.Message, "enough") {
		t.Fatalf("%+v, %v", result, err)
	}
	<-stopped
}

func TestFailuresAreTheCoresToDecideOn(t *testing.T) {
	retried := "agents: [{name: a, model: m, retry: {max_attempts: 3, initial_backoff: 1ms}}]"
	engine := load(t, retried, Options{Models: script(t, "- give: [{fail: {status: 429, retry_after: 1}}, {fail: server-error}, third]")})
	if result, err := engine.Run(context.Background(), "x"); err != nil || result.Text != "third" || result.Counters.Retries != 2 {
		t.Fatalf("%+v, %v", result, err)
	}
	for name, model := range map[string]ModelFunc{
		"panics":  func(context.Context, *ModelRequest) (*ModelAnswer, error) { panic("no") },
		"nothing": func(context.Context, *ModelRequest) (*ModelAnswer, error) { return nil, nil },
		"garbage": func(context.Context, *ModelRequest) (*ModelAnswer, error) { return Say("\xff"), nil },
	} {
		t.Run(name, func(t *testing.T) {
			engine := load(t, "agents: [{name: a, model: m}]", Options{Models: map[string]Model{"m": model}})
			if result, err := engine.Run(context.Background(), "x"); !errors.Is(err, RunFailed) || result.Stop != protocol.StopReasonFailed {
				t.Fatalf("%+v, %v", result, err)
			}
		})
	}
}

func TestApprovals(t *testing.T) {
	confirmed := strings.Replace(weather, "- name: weather", "- name: weather\n        confirm: true", 1)
	for _, approved := range []bool{true, false} {
		var ran atomic.Bool
		engine := load(t, confirmed, Options{
			Models: script(t, weatherScript),
			Tools: map[string]Tool{"weather": func(context.Context, *ToolCall) (string, error) {
				ran.Store(true)
				return "sunny", nil
			}},
			Approve: func(_ context.Context, ask *Approval) (bool, string) {
				return approved && ask.Tool == "weather" && ask.Arguments == `{"city":"Oslo"}`, "not today"
			},
		})
		if _, err := engine.Run(context.Background(), "weather?"); err != nil || ran.Load() != approved {
			t.Fatalf("approved %v, ran %v: %v", approved, ran.Load(), err)
		}
	}
}

func TestHostCodeAsAnAgent(t *testing.T) {
	engine := load(t, "agents: [{name: a, role: upper}]", Options{Agents: map[string]Agent{
		"upper": func(_ context.Context, call *AgentCall) (string, error) { return strings.ToUpper(call.Text), nil },
	}})
	if result, err := engine.Run(context.Background(), "hello"); err != nil || result.Text != "HELLO" {
		t.Fatalf("%+v, %v", result, err)
	}
}

func TestSessionsGoOn(t *testing.T) {
	engine := load(t, "session: {enabled: true, store: memory}\nagents: [{name: a, model: m}]", Options{Models: map[string]Model{
		"m": ModelFunc(func(_ context.Context, request *ModelRequest) (*ModelAnswer, error) {
			return Say(fmt.Sprint(len(turnsOf(request.Parts)))), nil
		}),
	}})
	for turn, want := range []string{"1", "3", "5"} {
		if result, err := engine.Run(context.Background(), "hello", RunOptions{Session: "s"}); err != nil || result.Text != want {
			t.Fatalf("turn %d: %+v, %v", turn, result, err)
		}
	}
}

func TestOpenAI(t *testing.T) {
	var asked []map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var request map[string]any
		_ = json.Unmarshal(body, &request)
		asked = append(asked, request)
		if r.URL.Path != "/v1/chat/completions" || r.Header.Get("Authorization") != "Bearer key-of-mine" || r.Header.Get("Idempotency-Key") == "" {
			t.Errorf("%s %v", r.URL, r.Header)
		}
		switch len(asked) {
		case 1:
			w.Header().Set("Retry-After-Ms", "1")
			w.WriteHeader(429)
			fmt.Fprint(w, `{"error": {"message": "slower, key-of-mine"}}`)
		case 2:
			fmt.Fprint(w, `{"choices": [{"finish_reason": "tool_calls", "message": {"content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Oslo\"}"}}]}}], "usage": {"prompt_tokens": 10, "completion_tokens": 4}}`)
		default:
			fmt.Fprint(w, `{"choices": [{"finish_reason": "stop", "message": {"content": "Sunny."}}], "usage": {"prompt_tokens": 20, "completion_tokens": 2}}`)
		}
	}))
	defer server.Close()
	definition := strings.Replace(weather, "model: m", "provider: openai\n    model: gpt-4o\n    temperature: 0.5\n    api_key: ${MINE}\n    endpoint: "+server.URL+"\n    retry: {initial_backoff: 1ms}", 1)
	engine := load(t, definition, Options{
		Getenv: func(name string) (string, bool) { return "key-of-mine", name == "MINE" },
		Tools:  map[string]Tool{"weather": func(context.Context, *ToolCall) (string, error) { return "sunny", nil }},
	})
	result, err := engine.Run(context.Background(), "weather?")
	if err != nil || result.Text != "Sunny." || result.Counters.InputTokens != 30 || result.Counters.Retries != 1 {
		t.Fatalf("%+v, %v", result, err)
	}
	text, _ := json.Marshal(asked[2]["messages"])
	want := `[{"content":"weather?","role":"user"},{"content":"","role":"assistant","tool_calls":[{"function":{"arguments":"{\"city\":\"Oslo\"}","name":"weather"},"id":"c1","type":"function"}]},{"content":"sunny","role":"tool","tool_call_id":"c1"}]`
	if string(text) != want || asked[0]["temperature"] != 0.5 {
		t.Fatalf("%s", text)
	}
}

func TestMissingKeySaysWhatToSet(t *testing.T) {
	engine := load(t, "agents: [{name: a, model: gpt-4o}]", Options{Getenv: func(string) (string, bool) { return "", false }})
	if result, err := engine.Run(context.Background(), "x"); err == nil || !strings.Contains(result.Message, "set OPENAI_API_KEY") {
		t.Fatalf("%+v, %v", result, err)
	}
}

func TestTrap(t *testing.T) {
	engine := load(t, "agents: [{name: a, model: m}]", Options{Models: map[string]Model{"*": Echo}})
	ruined := make(chan struct{})
	engine.post(func() { ruin.Memory(engine.core, 0xfb); close(ruined) })
	<-ruined
	for range 2 {
		if _, err := engine.Run(context.Background(), "x"); !errors.Is(err, EngineTrapped) {
			t.Fatal(err)
		}
	}
}

func TestBadCore(t *testing.T) {
	for name, wasm := range map[string][]byte{"no wasm": []byte("hello"), "cut off": CoreBytes()[:5000], "another module": []byte("\x00asm\x01\x00\x00\x00")} {
		if _, err := Load([]byte("agents: [{name: a, model: m}]"), Options{Core: wasm}); !errors.Is(err, BadCore) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestClosed(t *testing.T) {
	engine := load(t, "agents: [{name: a, model: m}]", Options{Models: map[string]Model{"*": ModelFunc(func(ctx context.Context, _ *ModelRequest) (*ModelAnswer, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})}})
	run, err := engine.Start(context.Background(), "x")
	if err != nil {
		t.Fatal(err)
	}
	_ = engine.Close()
	if result, err := run.Wait(); result == nil || result.Stop != protocol.StopReasonCancelled {
		t.Fatalf("%+v, %v", result, err)
	}
	if _, err := engine.Run(context.Background(), "x"); !errors.Is(err, Closed) {
		t.Fatal(err)
	}
}

func TestEventsAreToldInOrder(t *testing.T) {
	engine := load(t, "agents: [{name: a, model: m, outputs: [b]}, {name: b, role: logger}]", Options{Models: map[string]Model{"*": Echo}})
	run, err := engine.Start(context.Background(), "hello", RunOptions{Watch: true, To: "a"})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Millisecond)
	var types []string
	for event := range run.Events() {
		if log, ok := event.(*protocol.LogCommand); ok {
			types = append(types, "log "+log.Text)
		}
	}
	if fmt.Sprint(types) != "[log hello]" {
		t.Fatal(types)
	}
}
