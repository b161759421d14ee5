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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/config"
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
			if changed := got.Key() != base.Key(); changed != (test.code || test.requirements) {
				t.Errorf("the key changed: %t", changed)
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

const standardDockerfile = `FROM example.org/lambda/python:3.12
ARG CODE_PATH
COPY ${CODE_PATH}/* ${LAMBDA_TASK_ROOT}/
COPY requirements.tx[t]  ./global-requirements.txt
RUN test -f global-requirements.txt && pip install -r global-requirements.txt || echo "No global requirements"
COPY ${CODE_PATH}/../requirements.tx[t] ${LAMBDA_TASK_ROOT}/
RUN test -f ${LAMBDA_TASK_ROOT}/requirements.txt && pip install -r ${LAMBDA_TASK_ROOT}/requirements.txt || echo "No local requirements"
CMD [ "lambda.handler" ]
`

func TestSettingsOf(t *testing.T) {
	own := "FROM scratch\nARG CODE_PATH\nCOPY ${CODE_PATH} /\nCOPY tools /tools\n"
	for name, test := range map[string]struct {
		dockerfile string
		universal  config.Universal
		want       source.Settings
		problem    string
	}{
		"nothing":           {want: source.Settings{Builder: source.Standard, Base: source.DefaultBase}},
		"base_image":        {universal: config.Universal{BaseImage: "python:3.11"}, want: source.Settings{Builder: source.Standard, Base: "python:3.11"}},
		"standard form":     {dockerfile: standardDockerfile, want: source.Settings{Builder: source.Standard, Base: "example.org/lambda/python:3.12"}},
		"two bases":         {dockerfile: standardDockerfile, universal: config.Universal{BaseImage: "python:3.11"}, problem: "name two base images"},
		"another form":      {dockerfile: own, want: source.Settings{Builder: source.Standard, Base: source.DefaultBase}},
		"docker":            {dockerfile: own, universal: config.Universal{ImageBuilder: "docker"}, want: source.Settings{Builder: source.Docker}},
		"docker without":    {universal: config.Universal{ImageBuilder: "docker"}, problem: "needs a Dockerfile"},
		"docker and base":   {dockerfile: own, universal: config.Universal{ImageBuilder: "docker", BaseImage: "python:3.12"}, problem: "does not use them"},
		"docker and shared": {dockerfile: own, universal: config.Universal{ImageBuilder: "docker", SharedCodeFolder: "shared"}, problem: "does not copy shared code"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			if test.dockerfile != "" {
				require.NoError(t, os.WriteFile(filepath.Join(root, "Dockerfile"), []byte(test.dockerfile), 0o644))
			}
			got, err := source.SettingsOf(root, test.universal)
			if test.problem != "" {
				require.ErrorContains(t, err, test.problem)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}

// With a Dockerfile of the repo's own, all that it copies counts, and nothing else.
func TestContext(t *testing.T) {
	all := files()
	all["Dockerfile"] = "FROM scratch\nARG CODE_PATH\nCOPY ${CODE_PATH} /\nCOPY tools /tools\n"
	all["tools/x.sh"], all["other.txt"] = "x", "y"
	context := func(change func(map[string]string)) (string, []string) {
		f := maps.Clone(all)
		change(f)
		s := open(componenttest.Repo(t, f))
		s.Settings.Builder = source.Docker
		got := snapshot(t, s)
		var names []string
		for _, f := range got.Context {
			names = append(names, f.Name)
		}
		return got.Hashes().Context, names
	}
	first, names := context(func(map[string]string) {})
	assert.Subset(t, names, []string{"Dockerfile", "tools/x.sh"})
	assert.NotContains(t, names, "other.txt")
	assert.NotContains(t, names, folder+"lambda.py", "it is in the code's hash already")
	same, _ := context(func(f map[string]string) { f["other.txt"] = "z" })
	assert.Equal(t, first, same)
	for _, file := range []string{"Dockerfile", "tools/x.sh"} {
		other, _ := context(func(f map[string]string) { f[file] += "# changed\n" })
		assert.NotEqual(t, first, other, file)
	}
}

// The files that requirements include count; other kinds of requirements too.
func TestRequirementFiles(t *testing.T) {
	all := files()
	all["requirements.txt"] = "-r more/a.txt\n-c constraints.txt # all\ntabulate\n"
	all["more/a.txt"], all["more/b.txt"], all["constraints.txt"] = "-r b.txt\n", "six\n", "six<2\n"
	delete(all, "src/raw/weather/requirements.txt")
	all["src/raw/weather/pyproject.toml"] = "[project]\nname = \"x\"\ndependencies = [\"six\"]\n"
	all["src/raw/weather/uv.lock"] = "version = 1\n"
	delete(all, folder+"requirements.txt")
	all[folder+"pyproject.toml"] = "[tool.ruff]\nline-length = 100\n"
	got := snapshot(t, open(componenttest.Repo(t, all)))
	assert.Equal(t, []string{"requirements.txt", "src/raw/weather/uv.lock"}, got.Requirements.Roots)
	contents, err := got.Requirements.Contents()
	require.NoError(t, err)
	assert.Equal(t, []string{"constraints.txt", "more/a.txt", "more/b.txt", "requirements.txt", "src/raw/weather/pyproject.toml", "src/raw/weather/uv.lock"},
		slices.Sorted(maps.Keys(contents)))
	assert.Equal(t, "six\n", string(contents["more/b.txt"]))

	all["requirements.txt"] = "-r gone.txt\n"
	_, err = open(componenttest.Repo(t, all)).Snapshot()
	require.ErrorContains(t, err, "gone.txt")
	all["requirements.txt"] = "-r ../outside.txt\n"
	_, err = open(componenttest.Repo(t, all)).Snapshot()
	require.Error(t, err)
}

// Shared code is a layer of its own; no file of a function hides one of it.
func TestShared(t *testing.T) {
	all := files()
	all["shared/clean.py"], all["shared/sub/more.py"] = "x", "y"
	s := open(componenttest.Repo(t, all))
	s.Settings.SharedCode = "shared"
	got := snapshot(t, s)
	require.Len(t, got.Shared, 2)
	assert.Equal(t, "sub/more.py", got.Shared[1].Name)
	without := got.Hashes()
	all["shared/clean.py"] = "z"
	s = open(componenttest.Repo(t, all))
	s.Settings.SharedCode = "shared"
	assert.NotEqual(t, without.Shared, snapshot(t, s).Hashes().Shared)
	assert.Equal(t, without.Code, snapshot(t, s).Hashes().Code)

	all["shared/lambda.py"] = "hidden"
	s = open(componenttest.Repo(t, all))
	s.Settings.SharedCode = "shared"
	_, err := s.Snapshot()
	require.ErrorContains(t, err, "a file of the same name")
}

// What no image can have is refused before it is read.
func TestTooLarge(t *testing.T) {
	repo := componenttest.Repo(t, files())
	sparse, err := os.Create(filepath.Join(repo.Root, folder, "huge.bin"))
	require.NoError(t, err)
	require.NoError(t, sparse.Truncate(source.MaxSize+1))
	require.NoError(t, sparse.Close())
	_, err = open(repo).Snapshot()
	require.ErrorContains(t, err, "larger than Lambda accepts")
	require.ErrorContains(t, err, "huge.bin with 10.7 GB")
}
