package jinja_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/venvtest"
	"github.com/dorc-dev/dorc/pkg/jinja"
)

// verdict is what Jinja says of a template.
type verdict struct {
	OK      bool
	Line    int
	Message string
}

// judge asks Jinja itself, in the version of Airflow 2.10 and 3.1.
func judge(t *testing.T, templates []string) []verdict {
	t.Helper()
	python, err := venvtest.Make(t.Context(), "jinja2-3.1.6", "jinja2==3.1.6")
	if err != nil {
		t.Skip(err)
	}
	given, err := json.Marshal(templates)
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), python, "testdata/judge.py")
	cmd.Stdin = bytes.NewReader(given)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	require.NoError(t, err, said.String())
	var verdicts []verdict
	require.NoError(t, json.Unmarshal(out, &verdicts))
	require.Len(t, verdicts, len(templates))
	return verdicts
}

// Both judge every template alike, and find a mistake in the same line.
func TestAgainstJinja(t *testing.T) {
	compare(t, table, judge(t, table))
}

// Both judge alike what comes of mixing templates.
func TestMixedAgainstJinja(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var mixed []string
	for len(mixed) < 4000 {
		mixed = append(mixed, mix(random))
	}
	compare(t, mixed, judge(t, mixed))
}

func compare(t *testing.T, templates []string, verdicts []verdict) {
	t.Helper()
	right := 0
	for i, v := range verdicts {
		_, err := jinja.Parse(templates[i])
		if v.OK {
			right++
			// Jinja looks for filters and tests in an if only when it renders.
			if err == nil || !strings.Contains(templates[i], "if") || !strings.HasPrefix(err.Reason, "there is no ") {
				assert.Nil(t, err, "%q", templates[i])
			}
			continue
		}
		if assert.NotNil(t, err, "%q: %s", templates[i], v.Message) && !strings.Contains(err.Reason, "closed") && v.Line > 0 {
			assert.Equal(t, v.Line, err.Line, "%q: %v, %s", templates[i], err, v.Message)
		}
	}
	t.Logf("%d right, %d wrong", right, len(templates)-right)
}

var pieces = regexp.MustCompile(`\{[{%#]|[%}#]\}|\w+|\s+|.`)

// mix changes a few pieces of a template into those of others.
func mix(random *rand.Rand) string {
	parts := pieces.FindAllString(table[random.IntN(len(table))], -1)
	for range 1 + random.IntN(3) {
		others := pieces.FindAllString(table[random.IntN(len(table))], -1)
		if len(parts) == 0 || len(others) == 0 {
			continue
		}
		at, from := random.IntN(len(parts)), random.IntN(len(others))
		piece := others[from : from+1+random.IntN(min(4, len(others)-from))]
		switch random.IntN(3) {
		case 0: // one more
			parts = slices.Insert(parts, at, piece...)
		case 1: // another
			parts = slices.Replace(parts, at, at+1, piece...)
		default: // one fewer
			parts = slices.Delete(parts, at, at+1)
		}
	}
	return strings.Join(parts, "")
}
