package state

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// journalVersion is the version of the journal's form.
const journalVersion = 1

type journalHeader struct {
	Version int    `json:"dorcJournal"`
	Stack   string `json:"stack"`
	// Base is the serial of the state that the entries change; "" for none.
	Base  string    `json:"base"`
	Lease string    `json:"lease"`
	When  time.Time `json:"when"`
	PID   int       `json:"pid"`
	Dorc  string    `json:"dorc"`
}

// journalTrailer says what the journal was folded into, so that a crash between
// replacing the state and removing the journal is recognized.
type journalTrailer struct {
	Folded string `json:"folded"`
}

// journalFile is a journal as it was read.
type journalFile struct {
	header  journalHeader
	entries []apitype.JournalEntry
	folded  string
	// good is the length of the part that can be used, in bytes.
	good int64
	// torn says that the last append did not finish; what it had is cut.
	torn bool
	// corrupt is damage that an unfinished append does not explain.
	corrupt *corruption
	// next is the batch that a record after the good part belongs to.
	next uint32
}

type corruption struct {
	offset int64
	reason string
}

func (c *corruption) Error() string { return fmt.Sprintf("at byte %d: %s", c.offset, c.reason) }

// readJournal reads as much as is good. It never fails: what is wrong is in the result.
func readJournal(data []byte) *journalFile {
	j := &journalFile{}
	last := true
	j.next = 1
	for offset := 0; offset < len(data); {
		r, n, err := parseRecord(data[offset:])
		if err == nil && r.batch != j.next {
			err = fmt.Errorf("batch %d where batch %d belongs", r.batch, j.next)
		}
		if err == nil {
			err = j.add(r, offset == 0)
			if err != nil {
				// The checksum holds: this was written so.
				j.corrupt = &corruption{int64(offset), err.Error()}
				return j
			}
		}
		if err != nil {
			if laterBatch(data[offset:], j.next) {
				j.corrupt = &corruption{int64(offset), err.Error()}
			} else {
				j.torn = true
			}
			return j
		}
		last, j.next = r.last, r.batch
		if last {
			j.next++
		}
		offset += n
		j.good = int64(offset)
	}
	j.torn = !last
	return j
}

func (j *journalFile) add(r record, first bool) error {
	if first != (r.kind == kindHeader) {
		return fmt.Errorf("a record of kind %q where it does not belong", r.kind)
	}
	switch r.kind {
	case kindHeader:
		if err := json.Unmarshal(r.payload, &j.header); err != nil {
			return err
		}
		if j.header.Version < 1 {
			return fmt.Errorf("journal version %d", j.header.Version)
		}
		return nil
	case kindEntry:
		var e apitype.JournalEntry
		if err := json.Unmarshal(r.payload, &e); err != nil {
			return err
		}
		j.entries = append(j.entries, e)
		return nil
	case kindTrailer:
		var t journalTrailer
		if err := json.Unmarshal(r.payload, &t); err != nil {
			return err
		}
		j.folded = t.Folded
		return nil
	default:
		return fmt.Errorf("unknown kind of record %q", r.kind)
	}
}

// laterBatch says whether data, which starts with a bad record of the given batch,
// has a good record of a later one. The bad one was durable then, so it was
// damaged afterwards; otherwise its append was cut short.
func laterBatch(data []byte, batch uint32) bool {
	for {
		i := bytes.IndexByte(data, '\n')
		if i < 0 {
			return false
		}
		data = data[i+1:]
		if r, _, err := parseRecord(data); err == nil && r.batch > batch {
			return true
		}
	}
}
