package problem

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPlace(t *testing.T) {
	for want, p := range map[string]Problem{
		"":                  {},
		"function fetch":    {Resource: "function fetch"},
		"src/a.yaml":        {File: "src/a.yaml", Resource: "function fetch"},
		"src/a.yaml:3":      {File: "src/a.yaml", Line: 3},
		"src/a.yaml:3:7":    {File: "src/a.yaml", Line: 3, Column: 7},
		"src/grün 日本.txt":   {File: "src/grün 日本.txt"},
		`"a\nb.txt":2`:      {File: "a\nb.txt", Line: 2},
		`"\x1b[31mred.txt"`: {File: "\x1b[31mred.txt"},
		`"a\xff.txt"`:       {File: "a\xff.txt"},
	} {
		assert.Equal(t, want, p.Place())
	}
}

func TestShown(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	assert.Equal(t, filepath.Join("repo", "a.txt"), Shown(filepath.Join(dir, "repo", "a.txt")))
	assert.Equal(t, "a.txt", Shown("a.txt"))
	above := filepath.Join(filepath.Dir(dir), "a.txt")
	assert.Equal(t, above, Shown(above))
}
