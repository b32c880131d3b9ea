package protocol

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math/rand"
	"os"
	"reflect"
	"strings"
	"testing"
)

type vector struct {
	Name    string
	Of      string
	Flags   uint16
	Time    *uint64
	Records []struct {
		Type  string
		Value any
	}
	Hex string
}

func vectors(t testing.TB) []vector {
	text, err := os.ReadFile("../../../test/vectors/protocol.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Frames []vector }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file.Frames
}

type record interface{ Type() string }

func decode(of string, frame []byte) (*FrameReader, []record, error) {
	r, err := ReadFrame(frame)
	if err != nil {
		return nil, nil, err
	}
	var found []record
	for r.Next() {
		var v record
		if of == "events" {
			v, err = r.ReadEvent()
		} else {
			v, err = r.ReadCommand()
		}
		if err != nil {
			return nil, nil, err
		}
		found = append(found, v)
	}
	return r, found, r.Err()
}

// plain is a decoded value as the vectors spell it.
func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem())
	case reflect.Struct:
		fields := map[string]any{}
		for i := range v.NumField() {
			fields[v.Type().Field(i).Tag.Get("json")] = plain(v.Field(i))
		}
		return fields
	case reflect.Slice:
		items := []any{}
		for i := range v.Len() {
			items = append(items, plain(v.Index(i)))
		}
		return items
	case reflect.Uint8:
		if named, ok := v.Interface().(interface{ String() string }); ok {
			return named.String()
		}
	}
	if v.CanUint() {
		return float64(v.Uint())
	}
	return v.Interface()
}

func TestVectors(t *testing.T) {
	all := vectors(t)
	if len(all) < 100 {
		t.Fatalf("only %d vectors", len(all))
	}
	for _, vector := range all {
		t.Run(vector.Of+": "+vector.Name, func(t *testing.T) {
			frame, _ := hex.DecodeString(vector.Hex)
			r, found, err := decode(vector.Of, frame)
			if err != nil {
				t.Fatal(err)
			}
			time := Never
			if vector.Time != nil {
				time = *vector.Time
			}
			if r.Flags != vector.Flags || r.Time != time || len(found) != len(vector.Records) {
				t.Fatalf("flags %d, time %d, %d records", r.Flags, r.Time, len(found))
			}
			var w FrameWriter
			for i, v := range found {
				if got, want := plain(reflect.ValueOf(v)), vector.Records[i].Value; v.Type() != vector.Records[i].Type || !reflect.DeepEqual(got, want) {
					t.Fatalf("%s\n%v\ninstead of\n%v", v.Type(), got, want)
				}
				if vector.Of == "events" {
					err = w.WriteEvent(v.(Event))
				} else {
					err = w.WriteCommand(v.(Command))
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if again := w.Finish(r.Flags, r.Time); !bytes.Equal(again, frame) {
				t.Fatalf("%x\ninstead of\n%x", again, frame)
			}
		})
	}
}

func TestValuesOutOfRangeLeaveTheFrameAsItWas(t *testing.T) {
	var w FrameWriter
	if err := w.WriteEvent(&CloseEvent{Run: 1}); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []Event{&CloseEvent{Run: 1 << 53}, &DeliverEvent{To: "a", Text: "\xff"}, &EffectFailedEvent{Failure: 200}} {
		if err := w.WriteEvent(bad); err == nil {
			t.Errorf("%+v was written", bad)
		}
	}
	_, found, err := decode("events", w.Finish(0, 1))
	if err != nil || len(found) != 1 || found[0].(*CloseEvent).Run != 1 {
		t.Fatal(found, err)
	}
}

func TestDamagedFrames(t *testing.T) {
	all := vectors(t)
	chance := rand.New(rand.NewSource(7))
	refused := 0
	for range 20000 {
		vector := all[chance.Intn(len(all))]
		frame, _ := hex.DecodeString(vector.Hex)
		for range 1 + chance.Intn(4) {
			at := chance.Intn(len(frame))
			switch chance.Intn(4) {
			case 0:
				frame[at] = byte(chance.Intn(256))
			case 1:
				frame[at] ^= 1 << chance.Intn(8)
			case 2:
				frame = append([]byte{}, frame[:at+1]...)
			case 3:
				frame = append(frame[:at:at], append([]byte{byte(chance.Intn(256))}, frame[at:]...)...)
			}
		}
		if _, _, err := decode(vector.Of, frame); err != nil {
			if _, ok := err.(*FrameError); !ok {
				t.Fatalf("%T: %v", err, err)
			}
			refused++
		}
	}
	if refused < 5000 {
		t.Fatalf("only %d refused", refused)
	}
}

func TestBytesPointedAtTwice(t *testing.T) {
	var w FrameWriter
	_ = w.WriteEvent(&DeliverEvent{Run: 1, To: "the planner", Text: "x"})
	frame := w.Finish(0, 5)
	copy(frame[40:48], frame[32:40])
	if _, _, err := decode("events", frame); err == nil || !strings.Contains(err.Error(), "overlap") {
		t.Fatal(err)
	}
}

func FuzzFrames(f *testing.F) {
	for _, vector := range vectors(f) {
		frame, _ := hex.DecodeString(vector.Hex)
		f.Add(frame, vector.Of == "events")
	}
	f.Fuzz(func(t *testing.T, frame []byte, events bool) {
		of := "commands"
		if events {
			of = "events"
		}
		_, _, _ = decode(of, frame)
	})
}
