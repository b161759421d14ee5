package docker

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/pkg/image/dockerfile"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// lastLines is how many lines of a failed build are told.
const lastLines = 15

// transcript is what an engine says while it builds.
type transcript struct {
	secrets  *secrets
	progress func(string)
	// file is nil when it cannot be read: lines are not known then.
	file *dockerfile.File

	tail []string
	// line is the place that the engine told last.
	line int
	// steps are BuildKit's, by the number that begins each of its lines.
	steps map[string]int
	// step is the one that Podman and Buildah are at.
	step int
}

func newTranscript(r Request, s *secrets) *transcript {
	t := &transcript{secrets: s, progress: r.Progress, steps: map[string]int{}}
	if r.Dockerfile == dockerfile.Name {
		// A file that cannot be read fails in the engine as well, which says why.
		t.file, _ = dockerfile.Read(r.Context)
	}
	return t
}

// What engines say of the place.
var (
	// "#8 [builder 4/6] RUN …", "#8 [linux/amd64 4/6] …".
	buildkitStep = regexp.MustCompile(`^(#\d+) \[(?:linux/\S+ )?(?:(\S+) )?(\d+)/\d+\] `)
	// "#3 [internal] load metadata for docker.io/library/python:3.12".
	buildkitBase = regexp.MustCompile(`^(#\d+) \[internal\] load metadata for (\S+)$`)
	// "#8 ERROR: …".
	buildkitError = regexp.MustCompile(`^(#\d+) ERROR`)
	// "Dockerfile:4" before an excerpt; "dockerfile parse error on line 4"; "Dockerfile:4: …".
	toldLine = regexp.MustCompile(`(?:^\S*Dockerfile:|(?i:dockerfile) (?:parse error )?(?:on )?line )(\d+)`)
	// "STEP 4/8: RUN …", "[1/2] STEP 4/8: RUN …".
	podmanStep = regexp.MustCompile(`^(?:\[\d+/\d+\] )?STEP \d+(?:/\d+)?: (.*)$`)
)

func (t *transcript) add(line string) {
	line = strings.TrimRight(t.secrets.hide(line), " \t")
	if t.progress != nil {
		t.progress(line)
	}
	if t.tail = append(t.tail, line); len(t.tail) > lastLines {
		t.tail = t.tail[1:]
	}
	if m := toldLine.FindStringSubmatch(line); m != nil {
		t.line, _ = strconv.Atoi(m[1])
	}
	if t.file == nil {
		return
	}
	if m := buildkitStep.FindStringSubmatch(line); m != nil {
		n, _ := strconv.Atoi(m[3])
		t.steps[m[1]] = t.file.StepLine(m[2], n)
	}
	if m := buildkitBase.FindStringSubmatch(line); m != nil {
		t.steps[m[1]] = t.file.BaseLine(m[2])
	}
	if m := buildkitError.FindStringSubmatch(line); m != nil && t.steps[m[1]] != 0 {
		t.line = t.steps[m[1]]
	}
	if m := podmanStep.FindStringSubmatch(line); m != nil {
		t.step = t.file.TextLine(m[1])
	}
}

// hints are for what people meet often, by what the engine says of it.
var hints = []struct {
	said *regexp.Regexp
	hint string
}{
	{regexp.MustCompile(`> \[internal\] load metadata for|pull access denied|failed to resolve source metadata|manifest unknown|error creating build container|failed to do request|unauthorized`),
		"Check the image in FROM, and log in to its registry with the engine's own login command."},
	{regexp.MustCompile(`no such file or directory|not found: not found|"/[^"]*": not found|no items matching glob|lstat `),
		"Check the paths of the instruction. Podman and Buildah of old versions refuse a pattern such as requirements.tx[t] that matches nothing: an empty file mends that."},
	{regexp.MustCompile(`network bridge not found|Temporary failure in name resolution|Could not fetch URL|Max retries exceeded|Name or service not known`),
		"RUN has the engine's network. Check that it reaches the package index."},
	{regexp.MustCompile(`no space left on device`), "Make room on the engine's disk; its own prune command removes what is not used."},
}

// problem is a failed build.
func (t *transcript) problem(e *Engine, r Request) problem.Problem {
	line := t.line
	if line == 0 {
		line = t.step
	}
	said := strings.Join(t.tail, "\n  ")
	if said == "" {
		said = "it said nothing"
	}
	p := problem.Problem{
		File: filepath.Join(r.Context, filepath.FromSlash(r.Dockerfile)), Line: line, Resource: r.Function,
		Summary: "the image of a function cannot be built",
		Detail:  r.Function + " with " + e.String() + ", whose last lines are:\n  " + said,
		Hint:    "Correct the Dockerfile, or what it needs.",
	}
	for _, h := range hints {
		if h.said.MatchString(said) {
			p.Hint = h.hint
			break
		}
	}
	return p
}

// notTaken is a built image that the engine does not give.
func notTaken(e *Engine, r Request, s *secrets, err error) problem.Problem {
	return problem.Problem{
		Resource: r.Function, Summary: "the engine does not give the image that it built",
		Detail: e.String() + ": " + s.hide(err.Error()),
		Hint:   "Check the room on the disk and the engine, then run the command again.",
	}
}
