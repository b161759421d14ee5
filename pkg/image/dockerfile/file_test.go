package dockerfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
)

func TestReadWithoutDockerfile(t *testing.T) {
	f, err := Read(t.TempDir())
	require.NoError(t, err)
	assert.Nil(t, f)
}

func TestReadSyntaxErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		text   string
		line   int
		detail string
	}{
		"empty":              {"", 0, "file with no instructions"},
		"comments only":      {"# x\n# y\n", 2, "file with no instructions"},
		"misspelt":           {"FROM a\n\nCOPPY a b\n", 3, "unknown instruction: COPPY (did you mean COPY?)"},
		"before FROM":        {"# x\nCOPY a b\nFROM a\n", 2, "no build stage in current context"},
		"arguments only":     {"ARG A=1\n", 0, "there is no FROM"},
		"no destination":     {"FROM a\nRUN x \\\n  y\nCOPY a\n", 4, "COPY requires at least two arguments, but only one was provided. Destination could not be determined"},
		"unknown flag":       {"FROM a\nCOPY --form=b a b\n", 2, "unknown flag: --form (did you mean from?)"},
		"bad mount":          {"FROM a\nRUN --mount=type=bimd x\n", 2, ""},
		"open here-document": {"FROM a\nRUN <<EOF\nx\n", 2, "unterminated heredoc"},
		"stage name":         {"FROM a AS 1x\n", 1, `invalid name for build stage: "1x", name can't start with a number or contain symbols`},
		"binary":             {"\x00\x01\x02", 1, "unknown instruction: \x00\x01\x02"},
		"long line":          {"FROM a\nRUN " + strings.Repeat("x", 1<<17), 1, "dockerfile line greater than max allowed size of 65535"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(root, Name), []byte(tt.text), 0o600))
			_, err := Read(root)
			if tt.detail == "" {
				// BuildKit looks at mounts when variables are known.
				require.NoError(t, err)
				_, err = read(t, tt.text).Inputs("src/l/p/f")
				require.Error(t, err)
				var p problem.Problem
				require.ErrorAs(t, err, &p)
				assert.Equal(t, tt.line, p.Line)
				return
			}
			var p problem.Problem
			require.ErrorAs(t, err, &p)
			assert.Equal(t, problem.Problem{
				File: filepath.Join(root, Name), Line: tt.line, Summary: "the Dockerfile has a syntax error", Detail: tt.detail,
				Hint: "Correct it, or remove the file: the standard builder needs none.",
			}, p)
		})
	}
}

// A Dockerfile that names the syntax to read it with may have what this parser
// does not know: that is for the builder to judge.
func TestOtherSyntax(t *testing.T) {
	f := read(t, "# syntax=docker/dockerfile:1-labs\nFROM a\nRUN --security=insecure x\n")
	assert.False(t, f.Standard())
	assert.Equal(t, []string{"3 unknown flag: --security; docker/dockerfile:1-labs may know it"}, said(f))
	in, err := f.Inputs("src/l/p/f")
	require.NoError(t, err)
	assert.True(t, in.Everything)
	_, err = f.Base()
	assert.ErrorContains(t, err, "unknown flag: --security")
	assert.Empty(t, said(read(t, "# syntax=docker/dockerfile:1-labs\n"+short1)))
}

func TestReadRefusesOtherFiles(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "Dockerfile")
	require.NoError(t, os.WriteFile(outside, []byte("FROM secret"), 0o600))
	for name, make := range map[string]func(path string) error{
		"a folder":              func(path string) error { return os.Mkdir(path, 0o700) },
		"a link that leads out": func(path string) error { return os.Symlink(outside, path) },
		"too large":             func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("#\n", maxSize)), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			require.NoError(t, make(filepath.Join(root, Name)))
			_, err := Read(root)
			var p problem.Problem
			require.ErrorAs(t, err, &p)
			assert.NotContains(t, err.Error(), "secret")
		})
	}
}

func TestBase(t *testing.T) {
	for text, want := range map[string]string{
		"FROM amazon/aws-lambda-python:3.12":               "amazon/aws-lambda-python:3.12",
		"FROM a:1@sha256:abc AS x":                         "a:1@sha256:abc",
		"FROM one\nFROM two":                               "two",
		"FROM one AS Base\nRUN x\nFROM base":               "one",
		"FROM one AS a\nFROM a AS b\nFROM b":               "one",
		"ARG V=3.12\nFROM python:$V":                       "python:3.12",
		"ARG R=host\nARG I=$R/python V=3.12\nFROM ${I}:$V": "host/python:3.12",
		"FROM python:${V:-3.12}":                           "python:3.12",
		"ARG V\nFROM python:${V:-3.12}":                    "python:3.12",
		"ARG V=3.12.1\nFROM python:${V%.*}":                "python:3.12",
		"FROM base-$TARGETARCH":                            "base-amd64",
		"FROM scratch":                                     "scratch",
	} {
		got, err := read(t, text).Base()
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for text, line := range map[string]int{
		"ARG V\n\nFROM python:$V":               3,
		"FROM $CODE_PATH":                       1,
		"FROM a\nARG V=1\nFROM b:$V":            3,
		"FROM python:${V:?none}":                1,
		"# x\nARG V=1\nFROM a:$V AS b\nFROM $X": 4,
	} {
		got, err := read(t, text).Base()
		var p problem.Problem
		require.True(t, errors.As(err, &p), text)
		assert.Empty(t, got)
		assert.Equal(t, line, p.Line, text)
		assert.NotEmpty(t, p.Hint)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(standard(f)))
	f.Add([]byte(short1))
	for _, text := range []string{"", "#", "# escape=`\nFROM a", "FROM a\nRUN <<A <<B\nA\nB\n", "FROM ${A:-${B}}\nONBUILD COPY . .", "FROM a\nRUN if [ -f x ]; then fi",
		"FROM a\nRUN --mount=type=bind,source=$X x", "FROM a\nADD [\"\"]", "#!\n# syntax=a\nFROM a AS b\nCOPY --from=b a b", "FROM a\nENV A=\"$B\" C='x\nCMD []"} {
		f.Add([]byte(text))
	}
	root := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(root, Name), data, 0o600))
		file, err := Read(root)
		if err != nil {
			var p problem.Problem
			require.ErrorAs(t, err, &p)
			return
		}
		lines := strings.Count(string(data), "\n") + 1
		for _, p := range file.Ignored() {
			require.LessOrEqual(t, p.Line, lines)
			require.NotEmpty(t, p.Detail)
		}
		base, err := file.Base()
		require.Equal(t, base == "", err != nil)
		in, err := file.Inputs("src/l/p/f")
		if err == nil {
			_, err = in.Match("src/l/p/f/lambda.py")
			require.NoError(t, err)
		}
	})
}
