package compile

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/venvtest"
	"github.com/dorc-dev/dorc/pkg/dag"
)

// The formatters that compiled files are held against.
var formatters = []string{"black==25.1.0", "isort==6.0.1", "ruff==0.11.13"}

// What is compiled is as black and isort write it, and has nothing that it does not use,
// for the fixtures and for DAGs with texts and values of all lengths.
func TestFormat(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs packages of the package index")
	}
	python, err := venvtest.Make(context.Background(), "format-25.1.0", formatters...)
	if errors.Is(err, venvtest.ErrUnavailable) {
		t.Skip(err)
	}
	require.NoError(t, err)
	dir := t.TempDir()
	all := fixtures()
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		all = append(all, anyDAG(random, fmt.Sprintf("any%d", i)))
	}
	for line := range images {
		for _, d := range all {
			for _, f := range compiled(t, d, line) {
				path := filepath.Join(dir, line, filepath.FromSlash(f.Path))
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
				require.NoError(t, os.WriteFile(path, f.Data, 0o644))
			}
		}
	}
	for _, argv := range [][]string{
		{"black", "--check", "--diff", "--quiet", dir}, {"isort", "--profile", "black", "--check", "--diff", dir},
		{"ruff", "check", "--no-cache", "--isolated", "--select", "F,E4,E7,E9,B,UP", dir},
	} {
		said, err := exec.Command(python, append([]string{"-m"}, argv...)...).CombinedOutput()
		assert.NoError(t, err, "%s: %.3000s", argv[0], said)
	}
}

// anyDAG has tasks with arbitrary texts, as long as black's lines are sensitive to.
func anyDAG(r *rand.Rand, id string) *dag.DAG {
	words := []string{"a", "it's", `"quoted"`, "{{ ds }}", "{{ params.p }}", "日本", "e\u0301", "\\", "\n", "\t", "x1", "#", "%}", "\u202e", "\x00", "line\n", strings.Repeat("w", 30)}
	anyText := func() string {
		var b strings.Builder
		for range r.IntN(14) {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		return b.String()
	}
	var anyValue func(depth int) any
	anyValue = func(depth int) any {
		switch r.IntN(9 - 2*min(depth, 2)) {
		case 0:
			return r.Int64N(1 << 40)
		case 1:
			return r.NormFloat64() * 1e10
		case 2:
			return r.IntN(2) == 0
		case 3:
			return dag.Duration(time.Duration(r.Int64N(1e9)) * time.Millisecond)
		case 4:
			return nil
		case 5, 6:
			var all []any
			for range r.IntN(5) {
				all = append(all, anyValue(depth+1))
			}
			if r.IntN(2) == 0 {
				var named dag.Values
				for i, v := range all {
					named = append(named, dag.Argument{Name: fmt.Sprint(anyText(), i), Value: v})
				}
				return named
			}
			return all
		default:
			return anyText()
		}
	}
	d := newDAG(id)
	d.Description, d.Params = anyText(), []dag.Argument{{Name: "p", Value: anyText()}, {Name: anyText() + "q", Value: []any{anyText()}}}
	d.Tags = []string{anyText(), anyText()}
	for i := range 1 + r.IntN(8) {
		t := task(dag.Operator, "airflow.operators.python.PythonOperator", fmt.Sprintf("t%s%d", strings.Repeat("x", r.IntN(30)), i), "")
		for k := range r.IntN(4) {
			t.Arguments = append(t.Arguments, dag.Argument{Name: fmt.Sprintf("a%s%d", strings.Repeat("y", r.IntN(20)), k), Value: anyValue(0)})
		}
		for _, other := range d.Tasks {
			if r.IntN(2) == 0 {
				t.Dependencies = append(t.Dependencies, other.Identifier)
			}
		}
		t.Description = anyText()
		d.Tasks = append(d.Tasks, t)
	}
	return d
}
