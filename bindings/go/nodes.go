package aixlet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"aixlet/protocol"

	yaml "go.yaml.in/yaml/v4"
)

// Far beyond what the core takes: these keep a file from taking all the memory there is.
const (
	mostBytes = 10_000_000
	mostNodes = 30_000
	deepest   = 400
)

// What YAML 1.2 does not let stand in a file as it is.
var controlCharacter = regexp.MustCompile(`[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]`)

// What YAML 1.1, of which the library is, takes for line breaks or does not take at all. In 1.2 these are characters as others are.
var otherwise = regexp.MustCompile(`[\x{80}-\x{9f}\x{2028}\x{2029}\x{feff}\x{fffe}\x{ffff}]`)

const private = 0xf0000

// A node's tag and anchor, and what stands between them and the node.
var properties = regexp.MustCompile(`^(?:(?:!<[^>]*>|[&!][^\s,\[\]{}]*)\s*(?:#[^\n]*\n\s*)*)+`)

// ReadYAML gives the nodes of a YAML file. What a node means (is `yes` a text? may this key stand here?) is the core's to say, so nothing is
// resolved here. The error's code is [DefinitionRefused], with one problem, for what is not UTF-8, is larger than 10 MB, or is not YAML.
func ReadYAML(path string, content []byte) (protocol.Source, error) {
	r := &yamlReader{path: path, starts: []int{0}}
	text, err := r.textOf(content)
	if err != nil {
		return protocol.Source{}, err
	}
	// The line break that a block scalar ends with may be missing at the end of a file: 1.2 takes it for granted.
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	for i := range len(text) {
		if text[i] == '\n' {
			r.starts = append(r.starts, i+1)
		}
	}
	r.text = text
	if at := controlCharacter.FindStringIndex(text); at != nil {
		line, column := r.place(at[0])
		return protocol.Source{}, r.refuse("yaml-syntax", line, column, fmt.Sprintf("a control character, U+%04X, stands here", text[at[0]]))
	}
	return r.read()
}

type yamlReader struct {
	path   string
	text   string
	starts []int
	nodes  []protocol.Node
	back   *strings.Replacer
}

func (r *yamlReader) refuse(code string, line, column int, message string) error {
	return refused([]protocol.Problem{{Severity: protocol.SeverityError, Code: code, File: r.path, Line: uint32(line), Column: uint32(column), Message: message}})
}

func (r *yamlReader) textOf(content []byte) (string, error) {
	if len(content) > mostBytes {
		return "", r.refuse("too-large", 1, 1, "the file is larger than 10 MB")
	}
	if start := content[:min(2, len(content))]; bytes.Equal(start, []byte{0xff, 0xfe}) || bytes.Equal(start, []byte{0xfe, 0xff}) || bytes.IndexByte(start, 0) >= 0 {
		return "", r.refuse("bad-encoding", 1, 1, "the file is UTF-16 or UTF-32: save it as UTF-8")
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if utf8.Valid(content) {
		return string(content), nil
	}
	line, column := 1, 1
	for rest := content; ; {
		letter, size := utf8.DecodeRune(rest)
		if letter == utf8.RuneError && size <= 1 {
			return "", r.refuse("bad-encoding", line, column, "the file is not UTF-8")
		}
		column++
		if letter == '\n' {
			line, column = line+1, 1
		}
		rest = rest[size:]
	}
}

// aliases lets every alias stand: whom it means is for the core to find out.
type aliases struct{ target yaml.Node }

func (a *aliases) NewAliasDataContext(yaml.AliasDataServices) (yaml.AliasDataContext, error) {
	a.target = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
	return a, nil
}
func (a *aliases) BeginDocument() error                          { return nil }
func (a *aliases) DefineAnchor(string, *yaml.Node) error         { return nil }
func (a *aliases) ResolveAlias(string) (*yaml.Node, bool, error) { return &a.target, true, nil }
func (a *aliases) EndDocument() error                            { return nil }

func (r *yamlReader) read() (protocol.Source, error) {
	source := protocol.Source{Path: r.path}
	loader, err := yaml.NewLoader(strings.NewReader(r.masked()), yaml.WithPlugin(&aliases{}))
	for err == nil {
		var document yaml.Node
		if err = loader.Load(&document); err == nil {
			if source.Documents++; source.Documents == 1 && len(document.Content) > 0 {
				err = r.add(document.Content[0], nil, 0)
			}
		}
	}
	if !errors.Is(err, io.EOF) {
		return protocol.Source{}, r.syntax(err)
	}
	source.Nodes = r.nodes
	return source, nil
}

// masked is the text with characters of no meaning in the places of those that mean something else to the library.
func (r *yamlReader) masked() string {
	if !otherwise.MatchString(r.text) {
		return r.text
	}
	there, back := []string{}, []string{}
	met := map[string]bool{}
	free := rune(private)
	for _, found := range otherwise.FindAllString(r.text, -1) {
		if met[found] {
			continue
		}
		met[found] = true
		for strings.ContainsRune(r.text, free) {
			free++
		}
		there = append(there, found, string(free))
		back = append(back, string(free), found)
		free++
	}
	r.back = strings.NewReplacer(back...)
	return strings.NewReplacer(there...).Replace(r.text)
}

var scalarStyles = []struct {
	style yaml.Style
	is    protocol.ScalarStyle
}{
	{yaml.SingleQuotedStyle, protocol.ScalarStyleSingleQuoted},
	{yaml.DoubleQuotedStyle, protocol.ScalarStyleDoubleQuoted},
	{yaml.LiteralStyle, protocol.ScalarStyleLiteral},
	{yaml.FoldedStyle, protocol.ScalarStyleFolded},
}

func (r *yamlReader) add(from *yaml.Node, key *protocol.Node, depth int) error {
	line, column := r.start(from)
	if depth > deepest {
		return r.refuse("too-deep", line, column, "more than 20 levels deep")
	}
	if len(r.nodes) >= mostNodes {
		return r.refuse("too-many-nodes", line, column, "more than 10000 nodes")
	}
	index := len(r.nodes)
	r.nodes = append(r.nodes, protocol.Node{Kind: protocol.NodeKindScalar, Line: uint32(line), Column: uint32(column), Tag: tagOf(from), Anchor: from.Anchor})
	node := &r.nodes[index]
	switch from.Kind {
	case yaml.AliasNode:
		node.Kind, node.Anchor = protocol.NodeKindAlias, from.Value
		return nil
	case yaml.ScalarNode:
		node.Text = from.Value
		if r.back != nil {
			node.Text = r.back.Replace(node.Text)
		}
		plain := true
		for _, each := range scalarStyles {
			if from.Style&each.style != 0 {
				node.Style, plain = each.is, false
			}
		}
		if plain && node.Text == "" && tagOf(from) == "" && from.Anchor == "" {
			r.placeNothing(node, key)
		}
		return nil
	}
	node.Count = uint32(len(from.Content))
	node.Kind = protocol.NodeKindSequence
	if from.Kind == yaml.MappingNode {
		node.Kind = protocol.NodeKindMapping
	}
	before := -1
	for i, child := range from.Content {
		first := len(r.nodes)
		var beside *protocol.Node
		if from.Kind == yaml.MappingNode && i%2 == 1 {
			beside = &r.nodes[before]
		}
		if err := r.add(child, beside, depth+1); err != nil {
			return err
		}
		before = first
	}
	// Without a bracket of its own a mapping begins where its first key does, behind the key's tag and anchor.
	if at := r.offset(line, column); from.Kind == yaml.MappingNode && len(from.Content) > 0 && at < len(r.text) && r.text[at] != '{' && r.text[at] != '?' {
		r.nodes[index].Line, r.nodes[index].Column = r.nodes[index+1].Line, r.nodes[index+1].Column
	}
	return nil
}

// start is where the node itself begins, behind its tag and anchor.
func (r *yamlReader) start(from *yaml.Node) (line, column int) {
	if from.Kind == yaml.AliasNode || (from.Anchor == "" && tagOf(from) == "") {
		return from.Line, from.Column
	}
	at := r.offset(from.Line, from.Column)
	return r.place(at + len(properties.FindString(r.text[at:])))
}

// placeNothing: a value that is not there is behind its colon; without a colon it is where its key is.
func (r *yamlReader) placeNothing(node, key *protocol.Node) {
	at := r.offset(int(node.Line), int(node.Column))
	before := strings.TrimRight(r.text[max(0, at-200):at], " \t")
	if key != nil && !strings.HasSuffix(before, ":") && !strings.HasSuffix(before, "?") {
		node.Line, node.Column = key.Line, key.Column
		return
	}
	for at < len(r.text) && (r.text[at] == ' ' || r.text[at] == '\t') {
		at++
	}
	line, column := r.place(at)
	node.Line, node.Column = uint32(line), uint32(column)
}

// tagOf is the tag if one was written.
func tagOf(from *yaml.Node) string {
	if from.Style&yaml.TaggedStyle == 0 {
		return ""
	}
	if name, ok := strings.CutPrefix(from.Tag, "!!"); ok {
		return "tag:yaml.org,2002:" + name
	}
	return from.Tag
}

// offset in bytes of a line and column, both from 1, in characters.
func (r *yamlReader) offset(line, column int) int {
	if line > len(r.starts) {
		return len(r.text)
	}
	at := r.starts[line-1]
	for ; column > 1 && at < len(r.text); column-- {
		_, size := utf8.DecodeRuneInString(r.text[at:])
		at += size
	}
	return at
}

func (r *yamlReader) place(at int) (line, column int) {
	low, high := 0, len(r.starts)
	for high-low > 1 {
		if middle := (low + high) / 2; r.starts[middle] <= at {
			low = middle
		} else {
			high = middle
		}
	}
	return low + 1, utf8.RuneCountInString(r.text[r.starts[low]:at]) + 1
}

func (r *yamlReader) syntax(err error) error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return r.refuse("yaml-syntax", 1, 1, err.Error())
	}
	line, column := max(load.Mark.Line, 1), max(load.Mark.Column, 1)
	message := load.Message
	// A flow map ends a plain `$`, which is the commonest slip in a file with variables.
	if at := r.offset(line, column); at > 0 && strings.HasPrefix(r.text[at-1:], "${") {
		message = "put a value with `${…}` in quotes within { } and [ ]"
	}
	return r.refuse("yaml-syntax", line, column, message)
}
