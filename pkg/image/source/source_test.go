package source_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/problem"
)

const folder = "src/raw/weather/extract/"

func files() map[string]string {
	return map[string]string{
		"requirements.txt":                 "tabulate==0.9.0\n",
		"src/raw/weather/requirements.txt": "six==1.17.0\n",
		folder + "requirements.txt":        "idna==3.10\n",
		folder + "lambda.py":               componenttest.Handler,
		folder + "data/a.csv":              "a,b\n",
		folder + "ignored.log":             "secret",
		".gitignore":                       "*.log\n",
	}
}

func open(repo *configrepo.Repo) source.Source {
	return source.Source{Repo: repo, Pipeline: repo.Pipelines[0], Function: repo.Pipelines[0].Functions[0]}
}

func snapshot(t *testing.T, s source.Source) *source.Snapshot {
	t.Helper()
	snapshot, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

func TestSnapshot(t *testing.T) {
	s := open(componenttest.Repo(t, files()))
	if path, err := s.ContextPath(); err != nil || path != "src/raw/weather/extract" {
		t.Errorf("context path %q, %v", path, err)
	}
	var got []string
	for _, f := range snapshot(t, s).Files {
		var content bytes.Buffer
		if err := f.CopyTo(&content); err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s %d %q", f.Name, f.Size, content.String()))
	}
	want := []string{
		`data/a.csv 4 "a,b\n"`,
		`global-requirements.txt 16 "tabulate==0.9.0\n"`,
		fmt.Sprintf("lambda.py %d %q", len(componenttest.Handler), componenttest.Handler),
		`pipeline-requirements.txt 12 "six==1.17.0\n"`,
		`requirements.txt 11 "idna==3.10\n"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("files:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Each change shows in exactly the hashes that it concerns.
func TestHashes(t *testing.T) {
	base := snapshot(t, open(componenttest.Repo(t, files()))).Hashes()
	for _, test := range []struct {
		name               string
		change             func(files map[string]string)
		after              func(root string) error
		code, requirements bool
	}{
		{name: "another folder"},
		{name: "an ignored file", change: func(f map[string]string) { f[folder+"ignored.log"] = "other" }},
		{name: "code", code: true, change: func(f map[string]string) { f[folder+"lambda.py"] += "#\n" }},
		{name: "a new file", code: true, change: func(f map[string]string) { f[folder+"b.py"] = "" }},
		{name: "a file's name", code: true, change: func(f map[string]string) {
			f[folder+"data/b.csv"] = f[folder+"data/a.csv"]
			delete(f, folder+"data/a.csv")
		}},
		{name: "executable", code: true, after: func(root string) error {
			return os.Chmod(filepath.Join(root, folder, "lambda.py"), 0o755)
		}},
		{name: "another umask", after: func(root string) error {
			return os.Chmod(filepath.Join(root, folder, "lambda.py"), 0o600)
		}},
		{name: "global requirements", requirements: true, change: func(f map[string]string) { f["requirements.txt"] += "#\n" }},
		{name: "pipeline requirements", requirements: true, change: func(f map[string]string) {
			delete(f, "src/raw/weather/requirements.txt")
		}},
		{name: "own requirements", requirements: true, change: func(f map[string]string) { f[folder+"requirements.txt"] = "" }},
		{name: "requirements that change places", requirements: true, change: func(f map[string]string) {
			f["requirements.txt"], f[folder+"requirements.txt"] = f[folder+"requirements.txt"], f["requirements.txt"]
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := maps.Clone(files())
			if test.change != nil {
				test.change(f)
			}
			repo := componenttest.Repo(t, f)
			if test.after != nil {
				if err := test.after(repo.Root); err != nil {
					t.Fatal(err)
				}
			}
			got := snapshot(t, open(repo)).Hashes()
			if changed := got.Code != base.Code; changed != test.code {
				t.Errorf("code changed: %t", changed)
			}
			if changed := got.Requirements != base.Requirements; changed != test.requirements {
				t.Errorf("requirements changed: %t", changed)
			}
			if changed := got.Source != base.Source; changed != (test.code || test.requirements) {
				t.Errorf("source changed: %t", changed)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, prepare := range map[string]func(dir string) error{
		"a link out of the repo": func(dir string) error { return os.Symlink(outside, filepath.Join(dir, "data", "link")) },
		"a broken link":          func(dir string) error { return os.Symlink("nowhere", filepath.Join(dir, "link")) },
		"a link in a circle":     func(dir string) error { return os.Symlink(dir, filepath.Join(dir, "link")) },
		"a named pipe":           func(dir string) error { return syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644) },
		"a control character":    func(dir string) error { return os.WriteFile(filepath.Join(dir, "a\nb"), nil, 0o644) },
		"not UTF-8":              func(dir string) error { return os.WriteFile(filepath.Join(dir, "\xff"), nil, 0o644) },
		"dorc's own name": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, source.PipelineRequirements), nil, 0o644)
		},
	} {
		t.Run(name, func(t *testing.T) {
			repo := componenttest.Repo(t, files())
			if err := prepare(filepath.Join(repo.Root, folder)); err != nil {
				t.Fatal(err)
			}
			_, err := open(repo).Snapshot()
			var one problem.Problem
			var list problem.List
			if errors.As(err, &list) && len(list) == 1 {
				one = list[0]
			} else if !errors.As(err, &one) {
				t.Fatalf("want one problem, got %v", err)
			}
			if one.File == "" || one.Hint == "" {
				t.Errorf("the problem does not say where and what to do: %+v", one)
			}
			if strings.Contains(err.Error(), "secret\n") {
				t.Errorf("the problem has the file's content: %v", err)
			}
		})
	}
}

// A link inside the repo is the file that it leads to, also when it leads out of
// the function's folder: other machines have the repo too.
func TestLinkInsideTheRepo(t *testing.T) {
	repo := componenttest.Repo(t, files())
	if err := os.Symlink("../../../../requirements.txt", filepath.Join(repo.Root, folder, "shared.txt")); err != nil {
		t.Fatal(err)
	}
	for _, f := range snapshot(t, open(repo)).Files {
		var content bytes.Buffer
		if err := f.CopyTo(&content); err != nil {
			t.Fatal(err)
		}
		if f.Name == "shared.txt" && content.String() == "tabulate==0.9.0\n" {
			return
		}
	}
	t.Error("the link's content is not in the snapshot")
}

func TestChangedSinceSnapshot(t *testing.T) {
	for name, content := range map[string]string{
		"longer": "a,b\nc", "shorter": "a", "other": "b,a\n", "empty": "",
	} {
		t.Run(name, func(t *testing.T) {
			repo := componenttest.Repo(t, files())
			s := snapshot(t, open(repo))
			if err := os.WriteFile(filepath.Join(repo.Root, folder, "data/a.csv"), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
			var copied bytes.Buffer
			if err := s.Files[0].CopyTo(&copied); !errors.Is(err, source.ErrChanged) {
				t.Errorf("want ErrChanged, got %v", err)
			}
			if int64(copied.Len()) > s.Files[0].Size {
				t.Errorf("%d bytes were copied, more than the size %d", copied.Len(), s.Files[0].Size)
			}
		})
	}
}
