package docker

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What engines of several versions say of a failure, and the line that it means.
func TestLineOfFailure(t *testing.T) {
	r := repo(t, "# comment\nFROM base AS tools\nRUN one\n\nFROM base\nARG CODE_PATH\nCOPY a b\nRUN two && \\\n  three\n")
	for name, tt := range map[string]struct {
		said string
		line int
	}{
		"BuildKit step":     {"#5 [tools 2/2] RUN one\n#6 [stage-1 3/3] RUN two &&   three\n#6 0.1 x\n#6 ERROR: exit code: 1\n", 8},
		"BuildKit platform": {"#5 [linux/amd64 tools 2/2] RUN one\n#5 ERROR: process \"/bin/sh -c one\" did not complete\n", 3},
		"BuildKit excerpt":  {"Dockerfile:7\n--------------------\n   5 |     FROM base\n", 7},
		"BuildKit base":     {"#2 [internal] load metadata for docker.io/library/base\n#2 ERROR: not found\n", 2},
		"parse error":       {"failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 6: unknown\n", 6},
		"newer parse error": {"ERROR: failed to solve: dockerfile parse error on line 9: unknown\n", 9},
		"Podman":            {"[1/2] STEP 2/2: RUN one\n[2/2] STEP 3/4: COPY a b\nError: building at STEP \"COPY a b\": no such file or directory\n", 7},
		"Buildah":           {"STEP 4: RUN two &&   three\nerror building: exit status 1\n", 8},
		"nothing":           {"killed\n", 0},
		"another step":      {"#6 [stage-1 9/9] RUN x\n#6 ERROR: y\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := &secrets{redact: strings.NewReplacer()}
			require.NoError(t, r.check())
			transcript := newTranscript(r, s)
			for line := range strings.Lines(tt.said) {
				transcript.add(strings.TrimSuffix(line, "\n"))
			}
			p := transcript.problem(&Engine{Name: "docker", Version: "1", Path: "/d"}, r)
			assert.Equal(t, tt.line, p.Line)
			assert.NotEmpty(t, p.Hint)
		})
	}
}

func TestLines(t *testing.T) {
	var got []string
	l := &lines{say: func(s string) { got = append(got, s) }}
	for _, piece := range []string{"one\ntw", "o\r\n\n  \nthr", "ee\rfour"} {
		_, err := l.Write([]byte(piece))
		require.NoError(t, err)
	}
	l.flush()
	assert.Equal(t, []string{"one", "two", "three", "four"}, got)

	got = nil
	_, err := l.Write([]byte(strings.Repeat("x", 2*maxLine+1)))
	require.NoError(t, err)
	l.flush()
	assert.Equal(t, 2*maxLine+1, len(strings.Join(got, "")))
}
