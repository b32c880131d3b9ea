// Command aixlet-conform plays every scenario of the conformance suite on this host, frame by frame: test/conformance/README.md has the format
// of the file that it is given, and of the lines that it prints.
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"

	"aixlet"
	"aixlet/internal/ruin"
	"aixlet/protocol"
)

const (
	magic = 0x56584941

	fresh = iota - 1
	frame
	state
	ruined
	trap
)

// vectors reads the file, piece by piece. Reading beyond its end panics: the file is our own.
type vectors struct {
	data []byte
	at   int
}

func (v *vectors) take(length int) []byte {
	v.at += length
	return v.data[v.at-length : v.at]
}

func (v *vectors) u32() uint32    { return binary.LittleEndian.Uint32(v.take(4)) }
func (v *vectors) octets() []byte { return v.take(int(v.u32())) }

type step struct {
	kind            byte
	given, expected []byte
}

func (v *vectors) steps() []step {
	steps := make([]step, v.u32())
	for i := range steps {
		s := &steps[i]
		s.kind = v.take(1)[0]
		if s.kind == fresh || s.kind == ruined {
			continue
		}
		s.given = v.octets()
		switch s.kind {
		case frame:
			s.expected = v.octets()
		case state:
			s.expected = v.take(32)
		}
	}
	return steps
}

// play plays one scenario, and gives the hash of the last state that was saved.
func play(definition string, steps []step) (string, error) {
	last := sha256.Sum256(nil)
	var core *aixlet.Core
	defer func() { close(core) }()
	unread := definition != ""
	for number, s := range steps {
		var err error
		switch s.kind {
		case fresh:
			close(core)
			core, err = aixlet.NewCore(nil)
		case ruined:
			ruin.Memory(core, 0xfb)
		case trap:
			err = mustTrap(core, s.given)
		default:
			if unread {
				err = checkReading(definition, s.given)
				unread = false
			}
			if err == nil && definition != "" {
				err = checkCodec(s.given)
			}
			var answer []byte
			if err == nil {
				answer, err = core.Step(s.given)
			}
			if err == nil {
				err = readAll(answer)
			}
			if err == nil && s.kind == state {
				if last = sha256.Sum256(answer); !bytes.Equal(last[:], s.expected) {
					err = errors.New("the state has another hash")
				}
			} else if err == nil && !bytes.Equal(answer, s.expected) {
				err = fmt.Errorf("%d bytes of commands differ from %d expected", len(answer), len(s.expected))
			}
		}
		if err != nil {
			return "", fmt.Errorf("step %d: %w", number, err)
		}
	}
	return hex.EncodeToString(last[:]), nil
}

func close(core *aixlet.Core) {
	if core != nil {
		_ = core.Close()
	}
}

func mustTrap(core *aixlet.Core, given []byte) error {
	if _, err := core.Step(given); errors.Is(err, aixlet.EngineTrapped) {
		return nil
	}
	return errors.New("the core did not trap, or was entered again after it had")
}

// checkReading: the definition's text gives the nodes that the first frame has.
func checkReading(definition string, given []byte) error {
	r, err := protocol.ReadFrame(given)
	if err != nil {
		return err
	}
	// What is known of models may stand before it.
	var define *protocol.DefineEvent
	for define == nil && r.Next() {
		event, err := r.ReadEvent()
		if err != nil {
			return err
		}
		define, _ = event.(*protocol.DefineEvent)
	}
	if define == nil {
		return errors.New("the first frame holds no define")
	}
	source, err := aixlet.ReadYAML("scenario.yaml", []byte(definition))
	if err != nil {
		return err
	}
	for i, node := range define.Sources[0].Nodes {
		if i >= len(source.Nodes) || source.Nodes[i] != node {
			return fmt.Errorf("node %d was read as %+v instead of %+v", i, source.Nodes[min(i, len(source.Nodes)-1)], node)
		}
	}
	if !reflect.DeepEqual(source, define.Sources[0]) {
		return errors.New("the definition was read as other nodes")
	}
	return nil
}

// checkCodec: events come out of the codec as they went in.
func checkCodec(given []byte) error {
	r, err := protocol.ReadFrame(given)
	if err != nil {
		return err
	}
	var w protocol.FrameWriter
	for r.Next() {
		event, err := r.ReadEvent()
		if err != nil {
			return err
		}
		if err := w.WriteEvent(event); err != nil {
			return err
		}
	}
	if !bytes.Equal(w.Finish(r.Flags, r.Time), given) {
		return errors.New("the codec makes other bytes of the same events")
	}
	return nil
}

func readAll(answer []byte) error {
	r, err := protocol.ReadFrame(answer)
	if err != nil {
		return err
	}
	for r.Next() {
		if _, err := r.ReadCommand(); err != nil {
			return err
		}
	}
	return r.Err()
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: aixlet-conform VECTORS")
		os.Exit(2)
	}
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	v := &vectors{data: data}
	if v.u32() != magic || binary.LittleEndian.Uint16(v.take(4)) != 1 {
		fmt.Fprintln(os.Stderr, "no vectors of version 1")
		os.Exit(2)
	}
	out := bufio.NewWriter(os.Stdout)
	failed := false
	scenarios := v.u32()
	v.take(4)
	for range scenarios {
		name, definition := string(v.octets()), string(v.octets())
		line := map[string]any{"scenario": name, "ok": true}
		if hash, err := play(definition, v.steps()); err != nil {
			failed = true
			line["ok"], line["message"] = false, err.Error()
		} else {
			line["state"] = hash
		}
		text, _ := json.Marshal(line)
		fmt.Fprintf(out, "%s\n", text)
	}
	out.Flush()
	if failed {
		os.Exit(1)
	}
}
