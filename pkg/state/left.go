package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// leftJournals are the journals that ended operations left, oldest first. On a
// disk there is one at most.
func (st *Stack) leftJournals(ctx context.Context) ([]*leftJournal, error) {
	dir, ok := st.bucket.(dirBucket)
	if !ok {
		return st.leftSegments(ctx)
	}
	path := dir.path(st.journalKey())
	data, err := os.ReadFile(path)
	if errors.Is(err, errNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fileProblem(path, "the journal of an earlier operation cannot be read", err)
	}
	return []*leftJournal{leftFile(path, data, st)}, nil
}

func leftFile(path string, data []byte, st *Stack) *leftJournal {
	j := readJournal(data)
	return &leftJournal{
		journalFile: j, place: path,
		seal: func(_ context.Context, serial string) error {
			if err := sealFile(path, j, serial); err != nil {
				return fileProblem(path, "the journal cannot be written", err)
			}
			return nil
		},
		remove: func(context.Context) error {
			if err := removeFile(path); err != nil {
				return fileProblem(path, "the folded journal cannot be removed", err)
			}
			return nil
		},
		setAside: func(_ context.Context, suffix string) (string, error) {
			kept := fmt.Sprintf("%s.%s-%s", path, suffix, st.store.now().UTC().Format("20060102T150405Z"))
			if err := os.Rename(path, kept); err != nil {
				return "", fileProblem(path, "the journal cannot be set aside", err)
			}
			return kept, nil
		},
	}
}

// sealFile puts a trailer after the good part of a journal.
func sealFile(path string, j *journalFile, serial string) error {
	trailer, err := json.Marshal(journalTrailer{Folded: serial})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	line := appendRecord(nil, record{batch: j.next, kind: kindTrailer, last: true, payload: trailer})
	if err = f.Truncate(j.good); err == nil {
		if _, err = f.WriteAt(line, j.good); err == nil {
			err = f.Sync()
		}
	}
	return errors.Join(err, f.Close())
}
