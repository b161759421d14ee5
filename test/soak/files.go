package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// This package reads the local cloud and the state as files, without dorc's own
// readers, so that a mistake in those cannot hide itself.

// entry is a resource in a state.
type entry struct {
	stack   string
	URN     string         `json:"urn"`
	Type    string         `json:"type"`
	ID      string         `json:"id"`
	Custom  bool           `json:"custom"`
	Outside bool           `json:"external"`
	Delete  bool           `json:"delete"`
	Outputs map[string]any `json:"outputs"`
}

type stackState struct {
	name    string
	entries []entry
	pending int
}

// document is a resource in the local cloud.
type document struct {
	Type  string `json:"type"`
	ID    string `json:"id"`
	Stack string `json:"stack"`
	URN   string `json:"urn"`
}

const stateRoot = "state/.pulumi"

func (s *soak) states() ([]stackState, error) {
	files, err := filepath.Glob(s.local(stateRoot, "stacks/Pipelines/*.json"))
	if err != nil {
		return nil, err
	}
	var states []stackState
	for _, file := range files {
		var content struct {
			Checkpoint struct {
				Latest struct {
					Resources []entry `json:"resources"`
					Pending   []any   `json:"pending_operations"`
				} `json:"latest"`
			} `json:"checkpoint"`
		}
		if err := readJSON(file, &content); err != nil {
			return nil, err
		}
		latest := content.Checkpoint.Latest
		st := stackState{name: strings.TrimSuffix(filepath.Base(file), ".json"), entries: latest.Resources, pending: len(latest.Pending)}
		for i := range st.entries {
			st.entries[i].stack = st.name
		}
		states = append(states, st)
	}
	return states, nil
}

func (s *soak) documents() ([]document, error) {
	var all []document
	err := filepath.WalkDir(s.local("resources"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		var doc document
		if err := readJSON(path, &doc); err != nil {
			return err
		}
		all = append(all, doc)
		return nil
	})
	return all, err
}

func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// begun says whether a run of the stack has left anything.
func (s *soak) begun(stack string) bool {
	for _, path := range []string{
		"stacks/Pipelines/" + stack + ".json", "journals/Pipelines/" + stack + ".journal",
		"locks/organization/Pipelines/" + stack + "/dorc.json",
	} {
		if _, err := os.Stat(s.local(stateRoot, path)); err == nil {
			return true
		}
	}
	return false
}

// fingerprint changes when a state file does.
func (s *soak) fingerprint() string {
	h := sha256.New()
	files, _ := filepath.Glob(s.local(stateRoot, "stacks/Pipelines/*.json")) //nolint:errcheck // the pattern is constant
	for _, file := range files {
		data, err := os.ReadFile(file)
		fmt.Fprintln(h, file, err)
		h.Write(data)
	}
	return string(h.Sum(nil))
}

// leaseText is the content of all leases.
func (s *soak) leaseText() string {
	files, _ := filepath.Glob(s.local(stateRoot, "locks/organization/Pipelines/*/*.json")) //nolint:errcheck // the pattern is constant
	var text strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err == nil { // it may be given back just now
			text.Write(data)
		}
	}
	return text.String()
}

// journals counts what the journals of ended runs have: entries, and calls that
// began and did not end.
func (s *soak) journals() (entries, pending int) {
	files, _ := filepath.Glob(s.local(stateRoot, "journals/Pipelines/*.journal")) //nolint:errcheck // the pattern is constant
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // a count for the table; the recovery is what is checked
		}
		open := map[int64]bool{}
		for line := range strings.Lines(string(data)) {
			var e struct {
				Kind      int   `json:"kind"`
				Operation int64 `json:"operationID"`
			}
			at := strings.Index(line, "{")
			if at < 0 || json.Unmarshal([]byte(line[at:]), &e) != nil || e.Operation == 0 {
				continue
			}
			entries++
			switch e.Kind {
			case 0:
				open[e.Operation] = true
			case 1, 2:
				delete(open, e.Operation)
			}
		}
		pending += len(open)
	}
	return entries, pending
}

// temporary says whether a file is one that grows before it gets its name.
func temporary(path string) bool {
	return strings.Contains(path, "/journals/tmp/") || strings.Contains(path, ".dorc-tmp-") ||
		strings.Contains(path, "/.dorc/tmp/")
}

// temporaries are the files that did not get their names.
func (s *soak) temporaries() []string {
	var found []string
	err := filepath.WalkDir(s.local(), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && temporary(path) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		found = append(found, err.Error())
	}
	return found
}

// age makes temporary files look as old as those that dorc sweeps.
func (s *soak) age() error {
	old := time.Now().Add(-48 * time.Hour)
	for _, path := range s.temporaries() {
		if err := os.Chtimes(path, old, old); err != nil {
			return err
		}
	}
	return nil
}
