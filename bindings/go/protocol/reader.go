package protocol

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"
)

// FrameError is what is wrong with a frame. Offset: bytes from the frame's start to the record with the fault.
type FrameError struct {
	Message string
	Offset  int
}

func (e *FrameError) Error() string { return fmt.Sprintf("%s at byte %d", e.Message, e.Offset) }

// FrameReader reads a frame. Everything is checked as it is read: what is malformed gives a [*FrameError], whatever its bytes.
type FrameReader struct {
	// Flags of the frame.
	Flags uint16
	// Time of the frame: milliseconds since 1970, or [Never].
	Time uint64
	// Count of records.
	Count uint32
	// Kind of the record that Next came to.
	Kind uint16

	data      []byte
	at        int
	size      int
	fixed     int
	left      uint32
	following int
	// Bytes that strings and lists of this record may still take: more than there are would mean that some lie in the same place.
	budget uint64
	err    error
}

// ReadFrame begins to read a frame. The error is a [*FrameError].
func ReadFrame(frame []byte) (*FrameReader, error) {
	r := &FrameReader{data: frame, following: frameHeader}
	if len(frame) < frameHeader {
		r.fault("frame too short")
		return nil, r.err
	}
	if version := binary.LittleEndian.Uint16(frame); version != frameVersion {
		r.fault(fmt.Sprintf("version %d of the frame is unknown", version))
		return nil, r.err
	}
	r.Flags = binary.LittleEndian.Uint16(frame[2:])
	r.Count = binary.LittleEndian.Uint32(frame[4:])
	r.left = r.Count
	r.Time = binary.LittleEndian.Uint64(frame[8:])
	if r.Time > Most && r.Time != Never {
		r.fault("number beyond 2^53")
		return nil, r.err
	}
	return r, nil
}

// Next goes to the next record; false if there is none, or if the frame is malformed: see [FrameReader.Err].
func (r *FrameReader) Next() bool {
	if r.err != nil {
		return false
	}
	r.at = r.following
	rest := r.data[r.at:]
	if r.left == 0 {
		if len(rest) > 0 {
			r.fault("bytes behind the last record")
		}
		return false
	}
	r.left--
	if len(rest) < recordHeader {
		r.fault("record cut off")
		return false
	}
	size := binary.LittleEndian.Uint32(rest)
	r.Kind = binary.LittleEndian.Uint16(rest[4:])
	r.fixed = int(binary.LittleEndian.Uint16(rest[6:]))
	if size < recordHeader || size%8 != 0 || uint64(size) > uint64(len(rest)) {
		r.fault(fmt.Sprintf("size %d of the record is impossible", size))
		return false
	}
	r.size = int(size)
	if r.fixed < recordHeader || r.fixed > r.size {
		r.fault(fmt.Sprintf("fixed part of %d bytes is impossible", r.fixed))
		return false
	}
	r.following = r.at + r.size
	return true
}

// Err is what was wrong with the frame, a [*FrameError], or nil.
func (r *FrameReader) Err() error { return r.err }

// part is the fixed part of the record; what an older writer did not have is zero there.
func (r *FrameReader) part(known int) []byte {
	r.budget = uint64(r.size - r.fixed)
	part := r.data[r.at : r.at+r.fixed]
	if r.fixed >= known {
		return part
	}
	whole := make([]byte, known)
	copy(whole, part)
	return whole
}

func (r *FrameReader) fault(message string) {
	if r.err == nil {
		r.err = &FrameError{message, r.at}
	}
}

func (r *FrameReader) u8(p []byte, at int) uint8   { return p[at] }
func (r *FrameReader) u16(p []byte, at int) uint16 { return binary.LittleEndian.Uint16(p[at:]) }
func (r *FrameReader) u32(p []byte, at int) uint32 { return binary.LittleEndian.Uint32(p[at:]) }

func (r *FrameReader) u64(p []byte, at int) uint64 {
	v := binary.LittleEndian.Uint64(p[at:])
	if v > Most {
		r.fault("number beyond 2^53")
		return 0
	}
	return v
}

func (r *FrameReader) flag(p []byte, at int) bool {
	if p[at] > 1 {
		r.fault(fmt.Sprintf("%d is neither true nor false", p[at]))
	}
	return p[at] == 1
}

func (r *FrameReader) oneOf(p []byte, at, cases int) uint8 {
	if int(p[at]) >= cases {
		r.fault(fmt.Sprintf("there is no case %d", p[at]))
		return 0
	}
	return p[at]
}

func (r *FrameReader) text(p []byte, at int) string {
	v := r.slice(p, at, 1, 1)
	if !utf8.Valid(v) {
		r.fault("text that is not UTF-8")
		return ""
	}
	return string(v)
}

func (r *FrameReader) octets(p []byte, at int) []byte {
	return append([]byte(nil), r.slice(p, at, 1, 1)...)
}

func (r *FrameReader) texts(p []byte, at int) []string {
	return readItems(r, p, at, pairBytes, 4, func(r *FrameReader, p []byte) string { return r.text(p, 0) })
}

// slice gives the bytes that an offset and a count point at; none if they are not the record's own.
func (r *FrameReader) slice(p []byte, at, stride, alignment int) []byte {
	offset, count := r.u32(p, at), r.u32(p, at+4)
	if count == 0 || r.err != nil {
		return nil
	}
	length := uint64(count) * uint64(stride)
	if uint64(offset) < uint64(r.fixed) || uint64(offset)+length > uint64(r.size) {
		r.fault(fmt.Sprintf("%d bytes at %d are outside of the record", length, offset))
		return nil
	}
	if length > r.budget {
		r.fault("strings and lists overlap")
		return nil
	}
	r.budget -= length
	if int(offset)%alignment != 0 {
		r.fault(fmt.Sprintf("list at %d is not aligned", offset))
		return nil
	}
	first := r.at + int(offset)
	return r.data[first : first+int(length)]
}

func readItems[T any](r *FrameReader, p []byte, at, stride, alignment int, read func(r *FrameReader, p []byte) T) []T {
	bytes := r.slice(p, at, stride, alignment)
	if len(bytes) == 0 {
		return nil
	}
	v := make([]T, 0, len(bytes)/stride)
	for ; len(bytes) > 0 && r.err == nil; bytes = bytes[stride:] {
		v = append(v, read(r, bytes[:stride]))
	}
	return v
}
