package protocol

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"
)

const (
	frameVersion = 1
	frameHeader  = 16
	recordHeader = 8
	pairBytes    = 8
)

// Never stands for a time that does not come.
const Never = ^uint64(0)

// Most is the largest number there is in a frame: 2^53 - 1, so that every language has it.
const Most = 1<<53 - 1

// FrameWriter writes a frame, record after record. The same values give the same bytes in every language. The zero value is ready.
type FrameWriter struct {
	data  []byte
	count uint32
	start int
	err   error
}

// record adds a record of a kind. One that fails half-way leaves the frame as it was.
func (w *FrameWriter) record(kind uint16, fixed int, name string, write func(w *FrameWriter, at int)) error {
	w.begin()
	w.start = len(w.data)
	w.err = nil
	w.grow(fixed)
	write(w, w.start)
	if w.err != nil {
		w.data = w.data[:w.start]
		return fmt.Errorf("no %s of the protocol: %w", name, w.err)
	}
	w.grow(-len(w.data) & 7)
	binary.LittleEndian.PutUint32(w.data[w.start:], uint32(len(w.data)-w.start))
	binary.LittleEndian.PutUint16(w.data[w.start+4:], kind)
	binary.LittleEndian.PutUint16(w.data[w.start+6:], uint16(fixed))
	w.count++
	return nil
}

// Finish gives the frame; the writer begins a new one, in other memory. time: milliseconds since 1970, or [Never].
func (w *FrameWriter) Finish(flags uint16, time uint64) []byte {
	w.begin()
	binary.LittleEndian.PutUint16(w.data, frameVersion)
	binary.LittleEndian.PutUint16(w.data[2:], flags)
	binary.LittleEndian.PutUint32(w.data[4:], w.count)
	binary.LittleEndian.PutUint64(w.data[8:], time)
	frame := w.data
	w.data = nil
	w.count = 0
	return frame
}

// Count of the records that have been written since the frame began.
func (w *FrameWriter) Count() int { return int(w.count) }

func (w *FrameWriter) begin() {
	if w.data == nil {
		w.data = make([]byte, frameHeader, 256)
	}
}

func (w *FrameWriter) grow(by int) {
	w.data = append(w.data, make([]byte, by)...)
}

func (w *FrameWriter) fail(message string) {
	if w.err == nil {
		w.err = fmt.Errorf("%s", message)
	}
}

func (w *FrameWriter) flag(at int, v bool) {
	if v {
		w.data[at] = 1
	}
}

func (w *FrameWriter) oneOf(at int, v uint8, cases int) {
	if int(v) >= cases {
		w.fail(fmt.Sprintf("there is no case %d", v))
	}
	w.data[at] = v
}

func (w *FrameWriter) u8(at int, v uint8)   { w.data[at] = v }
func (w *FrameWriter) u16(at int, v uint16) { binary.LittleEndian.PutUint16(w.data[at:], v) }
func (w *FrameWriter) u32(at int, v uint32) { binary.LittleEndian.PutUint32(w.data[at:], v) }

func (w *FrameWriter) u64(at int, v uint64) {
	if v > Most {
		w.fail(fmt.Sprintf("%d is not below 2^53", v))
	}
	binary.LittleEndian.PutUint64(w.data[at:], v)
}

func (w *FrameWriter) text(at int, v string) {
	if !utf8.ValidString(v) {
		w.fail("a text that is not UTF-8")
	}
	w.octets(at, []byte(v))
}

func (w *FrameWriter) octets(at int, v []byte) {
	if len(v) == 0 {
		return
	}
	w.point(at, len(w.data)-w.start, len(v))
	w.data = append(w.data, v...)
}

func (w *FrameWriter) texts(at int, v []string) {
	writeItems(w, at, v, pairBytes, 4, func(w *FrameWriter, at int, v *string) { w.text(at, *v) })
}

func (w *FrameWriter) point(at, offset, length int) {
	w.u32(at, uint32(offset))
	w.u32(at+4, uint32(length))
}

func writeItems[T any](w *FrameWriter, at int, v []T, stride, alignment int, write func(w *FrameWriter, at int, v *T)) {
	if len(v) == 0 {
		return
	}
	first := (len(w.data) - w.start + alignment - 1) & -alignment
	w.point(at, first, len(v))
	to := w.start + first
	w.grow(to + len(v)*stride - len(w.data))
	for i := range v {
		write(w, to, &v[i])
		to += stride
	}
}
