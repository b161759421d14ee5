package state

import (
	"fmt"
	"hash/crc32"
)

// A journal is lines of this form:
//
//	<length> <crc> <batch> <kind><more> <JSON>\n
//
// length is that of the JSON, crc the CRC-32C of everything after it up to the
// newline, batch counts from 1; all three have 8 hex digits. kind is h (header),
// e (entry) or t (trailer); more is '+' or, on the last line of a batch, '.'.
// One batch is one write and one fsync, so only the last batch can be torn.
type record struct {
	batch   uint32
	kind    byte
	last    bool
	payload []byte
}

const (
	kindHeader  = 'h'
	kindEntry   = 'e'
	kindTrailer = 't'

	recordHead = 8 + 1 + 8 + 1 + 8 + 1 + 2 + 1
	// bodyStart is where the part begins that the checksum covers.
	bodyStart = 8 + 1 + 8 + 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func appendRecord(dst []byte, r record) []byte {
	more := byte('+')
	if r.last {
		more = '.'
	}
	start := len(dst)
	dst = fmt.Appendf(dst, "%08x %08x %08x %c%c ", len(r.payload), 0, r.batch, r.kind, more)
	dst = append(dst, r.payload...)
	crc := crc32.Checksum(dst[start+bodyStart:], castagnoli)
	copy(dst[start+9:], fmt.Appendf(nil, "%08x", crc))
	return append(dst, '\n')
}

// parseRecord reads the record at the start of data and says how long it is.
func parseRecord(data []byte) (record, int, error) {
	if len(data) < recordHead {
		return record{}, 0, fmt.Errorf("%d bytes are too few for a record", len(data))
	}
	length, err := hex8(data)
	if err != nil {
		return record{}, 0, fmt.Errorf("length: %w", err)
	}
	crc, err := hex8(data[9:])
	if err != nil {
		return record{}, 0, fmt.Errorf("checksum: %w", err)
	}
	batch, err := hex8(data[18:])
	if err != nil {
		return record{}, 0, fmt.Errorf("batch: %w", err)
	}
	end := recordHead + int(length)
	if end >= len(data) || end < recordHead {
		return record{}, 0, fmt.Errorf("the record has %d bytes, %d are left", end+1, len(data))
	}
	if data[end] != '\n' {
		return record{}, 0, fmt.Errorf("no newline after %d bytes", end)
	}
	if got := crc32.Checksum(data[bodyStart:end], castagnoli); got != crc {
		return record{}, 0, fmt.Errorf("checksum %08x, recorded %08x", got, crc)
	}
	r := record{batch: batch, kind: data[27], last: data[28] == '.', payload: data[recordHead:end]}
	if !r.last && data[28] != '+' {
		return record{}, 0, fmt.Errorf("unknown mark %q", data[28])
	}
	return r, end + 1, nil
}

// hex8 reads 8 lower-case digits and the space after them: there is one way only
// to write a record, so any changed byte is seen.
func hex8(data []byte) (uint32, error) {
	var v uint32
	for _, c := range data[:8] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		default:
			return 0, fmt.Errorf("%q is no number", data[:8])
		}
		v = v<<4 | uint32(c)
	}
	if data[8] != ' ' {
		return 0, fmt.Errorf("no space after %q", data[:8])
	}
	return v, nil
}
