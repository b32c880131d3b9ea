package aixlet

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"aixlet/protocol"

	yaml "go.yaml.in/yaml/v4"
)

// Script plays every model by rules: docs/scripts.md. No key, no network, the same every time. Give it as Options.Models["*"].
type Script struct {
	rules []*rule
	file  string
	mutex sync.Mutex
	// How often each rule has answered, for each agent of each run by itself: so it is the same however runs interleave.
	uses map[scriptUse]int
}

type scriptUse struct {
	run, agent string
	rule       int
}

type rule struct {
	When struct {
		Agent, Model, Tool   oneOrMore[pattern]
		System, Text, Result *pattern
		Turn                 oneOrMore[int]
	}
	Give  oneOrMore[given]
	Times int
}

type given struct {
	Text, Reasoning string
	Calls           []struct {
		Tool      string
		Arguments yaml.Node
		ID        string `yaml:"id"`
	}
	JSON   yaml.Node `yaml:"json"`
	Delay  duration
	Fail   *scriptFailure
	Usage  *scriptUsage
	Finish string
}

type scriptUsage struct {
	Input, Output uint32
	CachedRead    uint32 `yaml:"cached_read"`
	CachedWrite   uint32 `yaml:"cached_write"`
	Reasoning     uint32
}

type scriptFailure struct {
	Kind       string
	Status     int
	RetryAfter *duration `yaml:"retry_after"`
	Message    string
}

// oneOrMore is a value, or a list of them.
type oneOrMore[T any] []T

// UnmarshalYAML takes a list as it is, and anything else as a list of one.
func (o *oneOrMore[T]) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		var all []T
		err := node.Load(&all, yaml.WithKnownFields())
		*o = all
		return err
	}
	var one T
	err := node.Load(&one, yaml.WithKnownFields())
	*o = []T{one}
	return err
}

// UnmarshalYAML takes a text as an answer that is one.
func (g *given) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		g.Text = node.Value
		return nil
	}
	type plain given
	return node.Load((*plain)(g), yaml.WithKnownFields())
}

// UnmarshalYAML takes a text as the kind.
func (f *scriptFailure) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		f.Kind = node.Value
	} else {
		type plain scriptFailure
		if err := node.Load((*plain)(f), yaml.WithKnownFields()); err != nil {
			return err
		}
	}
	if f.Kind != "" {
		if _, ok := failureKinds[strings.ReplaceAll(f.Kind, "_", "-")]; !ok {
			return fmt.Errorf("line %d: there is no kind of failure %q", node.Line, f.Kind)
		}
	} else if f.Status < 300 || f.Status > 599 {
		return fmt.Errorf("line %d: a failure needs a `kind`, or an HTTP `status` from 300 to 599", node.Line)
	}
	return nil
}

var failureKinds = func() map[string]protocol.FailureKind {
	kinds := map[string]protocol.FailureKind{}
	for kind := protocol.FailureKindRateLimit; kind <= protocol.FailureKindContextLength; kind++ {
		if kind != protocol.FailureKindUnavailable {
			kinds[kind.String()] = kind
		}
	}
	return kinds
}()

var finishReasons = func() map[string]protocol.FinishReason {
	reasons := map[string]protocol.FinishReason{}
	for reason := protocol.FinishReasonStop; reason <= protocol.FinishReasonOther; reason++ {
		reasons[reason.String()] = reason
	}
	return reasons
}()

// duration: milliseconds, or a number with a unit.
type duration time.Duration

var durationText = regexp.MustCompile(`^(\d+(?:\.\d+)?)(ms|s|m|h)?$`)

// UnmarshalYAML reads 250, 250ms, 1.5s, 2m.
func (d *duration) UnmarshalYAML(node *yaml.Node) error {
	match := durationText.FindStringSubmatch(node.Value)
	if match == nil {
		return fmt.Errorf("line %d: %q is no time: milliseconds, or a number with a unit: 250ms, 1.5s, 2m", node.Line, node.Value)
	}
	number, _ := strconv.ParseFloat(match[1], 64)
	unit := map[string]time.Duration{"": time.Millisecond, "ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour}[match[2]]
	*d = duration(time.Duration(number*float64(unit)/float64(time.Millisecond)+0.5) * time.Millisecond)
	return nil
}

// pattern is a text, or a regular expression between slashes.
type pattern struct {
	text string
	re   *regexp.Regexp
}

var slashed = regexp.MustCompile(`(?s)^/(.+)/([imsu]*)$`)

// UnmarshalYAML reads either.
func (p *pattern) UnmarshalYAML(node *yaml.Node) error {
	p.text = node.Value
	match := slashed.FindStringSubmatch(node.Value)
	if match == nil {
		return nil
	}
	flags := strings.ReplaceAll(match[2], "u", "")
	if flags != "" {
		flags = "(?" + flags + ")"
	}
	var err error
	if p.re, err = regexp.Compile(flags + match[1]); err != nil {
		return fmt.Errorf("line %d: %v", node.Line, err)
	}
	return nil
}

func (p pattern) isName(name string) bool {
	if p.re != nil {
		return p.re.MatchString(name)
	}
	return p.text == name
}

// ReadScript reads a script; path is for messages. The error's code is [BadScript].
func ReadScript(path string, text []byte) (*Script, error) {
	var file struct{ Rules []*rule }
	var into any = &file
	if first := bytes.TrimLeft(text, " \t\r\n"); bytes.HasPrefix(first, []byte("- ")) || bytes.HasPrefix(first, []byte("[")) {
		into = &file.Rules
	}
	if err := yaml.Load(text, into, yaml.WithKnownFields()); err != nil {
		return nil, &Error{Code: BadScript, Message: fmt.Sprintf("%s: %v", path, err), Cause: err}
	}
	for number, rule := range file.Rules {
		if rule == nil || len(rule.Give) == 0 {
			return nil, failure(BadScript, "%s: rules[%d]: a rule needs `give`", path, number)
		}
		for _, answer := range rule.Give {
			if _, ok := finishReasons[answer.Finish]; !ok && answer.Finish != "" {
				return nil, failure(BadScript, "%s: rules[%d].give.finish: there is no %q", path, number, answer.Finish)
			}
		}
	}
	return &Script{rules: file.Rules, file: path, uses: map[scriptUse]int{}}, nil
}

// moment is what a call is about, as conditions and templates see it.
type moment struct {
	request       *ModelRequest
	turns         []turn
	turn          int
	input, result string
	tools         []string
	groups        []string
}

func momentOf(request *ModelRequest) *moment {
	m := &moment{request: request, turns: turnsOf(request.Parts), turn: 1}
	m.input = lastText(m.turns, protocol.PartRoleUser)
	for i := len(m.turns) - 1; i >= 0 && m.turns[i].role != protocol.PartRoleUser; i-- {
		if m.turns[i].role == protocol.PartRoleAssistant {
			m.turn++
		}
	}
	if last := len(m.turns) - 1; last >= 0 && m.turns[last].role == protocol.PartRoleTool {
		m.result = lastText(m.turns, protocol.PartRoleTool)
		for _, part := range m.turns[last].parts {
			m.tools = append(m.tools, part.Name)
		}
	}
	return m
}

func (m *moment) fits(r *rule) bool {
	m.groups = nil
	system := ""
	if len(m.request.Parts) > 0 && m.request.Parts[0].Role == protocol.PartRoleSystem {
		system = m.request.Parts[0].Text
	}
	aboutTools := len(r.When.Tool) > 0 || r.When.Result != nil
	switch {
	case !anyIs(r.When.Agent, m.request.Agent), !anyIs(r.When.Model, m.request.Model):
		return false
	case len(r.When.Turn) > 0 && !contains(r.When.Turn, m.turn):
		return false
	case !m.holds(r.When.System, system):
		return false
	case aboutTools && len(m.tools) == 0, !anyIs(r.When.Tool, m.tools...):
		return false
	case !m.holds(r.When.Result, m.result):
		return false
	// Or else a rule that answers a question with a call of a tool would answer the tool's result with the same call, for ever.
	case r.When.Text != nil && !aboutTools && len(m.tools) > 0:
		return false
	}
	return m.holds(r.When.Text, m.input)
}

// anyIs: one of the names is one of those; without patterns any is.
func anyIs(patterns []pattern, names ...string) bool {
	for _, each := range patterns {
		for _, name := range names {
			if each.isName(name) {
				return true
			}
		}
	}
	return len(patterns) == 0
}

func contains(turns []int, turn int) bool {
	for _, each := range turns {
		if each == turn {
			return true
		}
	}
	return false
}

func (m *moment) holds(p *pattern, text string) bool {
	if p == nil {
		return true
	}
	if p.re == nil {
		return strings.Contains(text, p.text)
	}
	match := p.re.FindStringSubmatch(text)
	if match != nil && len(m.groups) == 0 {
		m.groups = match[1:]
	}
	return match != nil
}

var template = regexp.MustCompile(`\$\$|\$\{([^}]*)\}`)

func (m *moment) fill(text string) string { return template.ReplaceAllStringFunc(text, m.value) }

func (m *moment) value(match string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(match, "${"), "}")
	switch name {
	case "$$":
		return "$"
	case "input":
		return m.input
	case "result":
		return m.result
	case "agent":
		return m.request.Agent
	case "model":
		return m.request.Model
	case "turn":
		return strconv.Itoa(m.turn)
	}
	if number, err := strconv.Atoi(name); err == nil && len(name) == 1 {
		if number >= 1 && number <= len(m.groups) {
			return m.groups[number-1]
		}
		return ""
	}
	return match
}

// Generate answers by the first rule that fits.
func (s *Script) Generate(ctx context.Context, request *ModelRequest) (*ModelAnswer, error) {
	m := momentOf(request)
	answer := s.next(m)
	if answer == nil {
		after := fmt.Sprintf(" for the input %q", shorten(m.input))
		if len(m.tools) > 0 {
			after = fmt.Sprintf(" after %s gave %q", strings.Join(m.tools, " and "), shorten(m.result))
		}
		return nil, failed(protocol.FailureKindMissing, "scripted: no rule fits agent %s (model %s) in turn %d%s. Add one to %s: - { when: { agent: %s, turn: %d }, give: \"…\" }",
			request.Agent, request.Model, m.turn, after, s.file, request.Agent, m.turn)
	}
	if answer.Delay > 0 {
		select {
		case <-time.After(time.Duration(answer.Delay)):
		case <-ctx.Done():
			return nil, failed(protocol.FailureKindAborted, "scripted: the call was aborted")
		}
	}
	if answer.Fail != nil {
		return nil, answer.Fail.failure(answer)
	}
	return answer.say(m)
}

func (s *Script) next(m *moment) *given {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for number, rule := range s.rules {
		use := scriptUse{m.request.Run, m.request.Agent, number}
		if (rule.Times > 0 && s.uses[use] >= rule.Times) || !m.fits(rule) {
			continue
		}
		s.uses[use]++
		return &rule.Give[min(s.uses[use], len(rule.Give))-1]
	}
	return nil
}

func (f *scriptFailure) failure(answer *given) error {
	kind, ok := failureKinds[strings.ReplaceAll(f.Kind, "_", "-")]
	if !ok {
		kind = kindOfStatus(f.Status, "")
	}
	message := f.Message
	if message == "" {
		message = kind.String()
		if f.Status != 0 {
			message = fmt.Sprintf("%d %s", f.Status, kind)
		}
	}
	failure := failed(kind, "scripted: %s", message)
	if f.RetryAfter != nil {
		wait := uint64(time.Duration(*f.RetryAfter).Milliseconds())
		failure.RetryAfter = &wait
	}
	if answer.Usage != nil {
		failure.Usage = protocol.Usage(*answer.Usage)
	}
	return failure
}

func (g *given) say(m *moment) (*ModelAnswer, error) {
	answer := &ModelAnswer{}
	said := func(kind protocol.PartKind, text, id, name string) {
		answer.Parts = append(answer.Parts, protocol.Part{Role: protocol.PartRoleAssistant, Kind: kind, Text: text, ID: id, Name: name})
	}
	if g.Reasoning != "" {
		said(protocol.PartKindReasoning, m.fill(g.Reasoning), "", "")
	}
	text := m.fill(g.Text)
	if g.JSON.Kind != 0 {
		text = m.toJSON(&g.JSON)
	}
	if text != "" {
		said(protocol.PartKindText, text, "", "")
	}
	for number, call := range g.Calls {
		arguments := "{}"
		switch call.Arguments.Kind {
		case 0:
		case yaml.ScalarNode:
			arguments = m.fill(call.Arguments.Value)
		default:
			arguments = m.toJSON(&call.Arguments)
		}
		id := call.ID
		if id == "" {
			id = fmt.Sprintf("call-%d-%d", m.turn, number+1)
		}
		said(protocol.PartKindToolCall, arguments, id, call.Tool)
	}
	if len(g.Calls) > 0 {
		answer.Finish = protocol.FinishReasonToolCalls
	}
	if g.Finish != "" {
		answer.Finish = finishReasons[g.Finish]
	}
	answer.Usage = estimate(m.request.Parts, answer.Parts)
	if g.Usage != nil {
		answer.Usage = protocol.Usage(*g.Usage)
	}
	return answer, nil
}

// toJSON writes a value with its keys in the file's order, and its texts filled in.
func (m *moment) toJSON(node *yaml.Node) string {
	var to strings.Builder
	m.writeJSON(&to, node)
	return to.String()
}

func (m *moment) writeJSON(to *strings.Builder, node *yaml.Node) {
	switch node.Kind {
	case yaml.AliasNode:
		m.writeJSON(to, node.Alias)
	case yaml.SequenceNode:
		to.WriteByte('[')
		for i, item := range node.Content {
			if i > 0 {
				to.WriteByte(',')
			}
			m.writeJSON(to, item)
		}
		to.WriteByte(']')
	case yaml.MappingNode:
		to.WriteByte('{')
		for i := 0; i+1 < len(node.Content); i += 2 {
			if i > 0 {
				to.WriteByte(',')
			}
			writeScalar(to, node.Content[i].Value)
			to.WriteByte(':')
			m.writeJSON(to, node.Content[i+1])
		}
		to.WriteByte('}')
	default:
		var value any
		if err := node.Load(&value); err != nil {
			value = node.Value
		}
		if text, ok := value.(string); ok {
			value = m.fill(text)
		}
		writeScalar(to, value)
	}
}

func writeScalar(to *strings.Builder, value any) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		to.WriteString("null")
		return
	}
	to.WriteString(strings.TrimSuffix(text.String(), "\n"))
}

func shorten(text string) string {
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) > 80 {
		return string(line[:79]) + "…"
	}
	return string(line)
}
