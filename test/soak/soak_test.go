package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dorc-dev/dorc/pkg/cli"
)

// asDorc makes this test's own binary be dorc, so that nothing is built.
const asDorc = "DORC_TEST_SOAK_AS_DORC"

func TestMain(m *testing.M) {
	if os.Getenv(asDorc) != "" {
		os.Exit(cli.Main("test", os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func newTestSoak(t *testing.T, seed uint64) *soak {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return newSoak(process{binary: self, dir: t.TempDir(), env: []string{asDorc + "=1"}}, seed)
}

// TestSoak is the short form of `make soak`.
func TestSoak(t *testing.T) {
	const seed = 7
	s := newTestSoak(t, seed)
	for i := range 15 {
		if err := s.round(i); err != nil {
			t.Fatalf("round %d of seed %d: %v", i, seed, err)
		}
	}
	if s.report.met == 0 {
		t.Error("no two applies met")
	}
}

// TestCheck proves that the invariants are looked at: each case breaks one.
func TestCheck(t *testing.T) {
	s := newTestSoak(t, 1)
	if err := s.repo.write(s.process.repo()); err != nil {
		t.Fatal(err)
	}
	if err := s.settle(); err != nil {
		t.Fatal(err)
	}
	if broken := s.check(); len(broken) > 0 {
		t.Fatalf("at the start: %v", broken)
	}
	one := func(pattern string) string {
		found, err := filepath.Glob(s.local(pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", pattern, found, err)
		}
		return found[0]
	}
	read := func(path string) string {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	write := func(path, text string) {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	repository := one("resources/aws/ecr/repository/*.json")
	state := s.local(stateRoot, "stacks/Pipelines/universal.json")
	for _, c := range []struct {
		name, path string
		broken     func(content string) string
		want       string
	}{
		{"a document in no state", filepath.Join(filepath.Dir(repository), "more.json"),
			func(string) string { return strings.Replace(read(repository), `"id": "`, `"id": "x`, 1) }, "in no state"},
		{"a state entry without document", state,
			func(text string) string {
				return strings.Replace(text, "aws:ecr/repository:Repository", "aws:ecr/x:X", 1)
			}, ""},
		{"a pending operation", state,
			func(text string) string {
				return strings.Replace(text, `"resources":`, `"pending_operations": [{}], "resources":`, 1)
			}, "pending"},
		{"a bucket of nobody", s.local("buckets", "more", "x"), func(string) string { return "" }, "bucket more"},
		{"an image of nobody", one("images/*/index.json"),
			func(text string) string { return strings.Replace(text, "prod-", "dev-", 1) }, "image"},
		{"a lock", s.local(stateRoot, "locks/organization/Pipelines/universal/dorc.json"), func(string) string { return "{}" }, "a lock"},
		{"a journal", s.local(stateRoot, "journals/Pipelines/universal.journal"), func(string) string { return "" }, "a journal"},
	} {
		t.Run(c.name, func(t *testing.T) {
			old, err := os.ReadFile(c.path)
			write(c.path, c.broken(string(old)))
			broken := strings.Join(s.check(), "\n")
			if broken == "" || !strings.Contains(broken, c.want) {
				t.Errorf("found %q, want %q", broken, c.want)
			}
			if err == nil {
				write(c.path, string(old))
				return
			}
			if err := os.Remove(c.path); err != nil {
				t.Fatal(err)
			}
			if filepath.Base(filepath.Dir(c.path)) == "more" {
				if err := os.Remove(filepath.Dir(c.path)); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
