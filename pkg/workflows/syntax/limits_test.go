package syntax

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLimits holds each limit: what is just allowed, and one more.
func TestLimits(t *testing.T) {
	repeat := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for _, c := range []struct {
		name, summary string
		limit         int
		make          func(n int) string
	}{
		{"expression", "the expression is too long", MaxExpression, func(n int) string {
			return "main: {steps: [{a: {return: '${\"" + strings.Repeat("é", n-2) + "\"}'}}]}"
		}},
		{"assignments", "too many assignments in a step", MaxAssignments, func(n int) string {
			return "main: {steps: [{a: {assign: [" + repeat(n, "{v%d: 1},") + "]}}]}"
		}},
		{"conditions", "too many conditions in a switch", MaxConditions, func(n int) string {
			return "main: {steps: [{a: {switch: [" + repeat(n, "{condition: '${1 == %d}', next: end},") + "]}}]}"
		}},
		{"branches", "too many branches", MaxBranches, func(n int) string {
			return "main: {steps: [{a: {parallel: {branches: [" + repeat(n, "{b%d: {steps: [{x: {call: uuid.generate}}]}},") + "]}}}]}"
		}},
		{"parallel depth", "parallel steps are nested too deeply", MaxParallelDepth, func(n int) string {
			inner := "{x: {call: uuid.generate}}"
			for range n {
				inner = "{p: {parallel: {branches: [{b: {steps: [" + inner + "]}}]}}}"
			}
			return "main: {steps: [" + inner + "]}"
		}},
		{"source", "the definition is too large", MaxSource, func(n int) string {
			text := "main: {steps: [{a: {return: 1}}]}\n#"
			return text + strings.Repeat("x", n-len(text))
		}},
		{"timeout", "timeout is out of range", MaxTimeout, func(n int) string {
			return fmt.Sprintf("main: {steps: [{a: {call: http.get, args: {url: 'https://example.com', timeout: %d}}}]}", n)
		}},
	} {
		_, problems := Parse("workflow.yaml", []byte(c.make(c.limit)))
		assert.Empty(t, problems, c.name)
		_, problems = Parse("workflow.yaml", []byte(c.make(c.limit+1)))
		require.Len(t, problems, 1, c.name)
		assert.Equal(t, c.summary, problems[0].Summary)
		assert.Contains(t, problems[0].Detail, "https://cloud.google.com/workflows/", c.name)
	}
}

// TestMany: a file with very many mistakes is given up after some.
func TestMany(t *testing.T) {
	var b strings.Builder
	b.WriteString("main: {steps: [")
	for i := range 5000 {
		fmt.Fprintf(&b, "{s%d: {next: t%d}},", i, i)
	}
	_, problems := Parse("workflow.yaml", []byte(b.String()+"]}"))
	assert.Len(t, problems, maxProblems)
}

// TestDeep: what is nested without end is refused, and ends.
func TestDeep(t *testing.T) {
	for name, source := range map[string]string{
		"lists":       "main: {steps: [{a: {return: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}}]}",
		"steps":       "main: {steps: " + strings.Repeat("[{a: {steps: ", 3000) + "[]" + strings.Repeat("}}]", 3000) + "}",
		"aliases":     "a: &a [1, 2, 3, 4, 5, 6, 7, 8]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c]\nmain: {steps: [{a: {return: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d]}}]}",
		"cycle":       "main: &m {steps: [{a: {return: *m}}]}",
		"brackets":    "main: {steps: [{a: {return: '${" + strings.Repeat("(", 390) + "}'}}]}",
		"not YAML":    "main: {steps: [}",
		"bad UTF-8":   "main: \xff",
		"nothing":     "# only a comment\n",
		"two of them": "main: {steps: [{a: {return: 1}}]}\n---\nmain: {}\n",
	} {
		_, problems := Parse("workflow.yaml", []byte(source))
		assert.NotEmpty(t, problems, name)
	}
}
