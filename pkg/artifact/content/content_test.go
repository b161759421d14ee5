package content

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The hash is of paths and bytes, whatever order they came in.
func TestHash(t *testing.T) {
	a := File{Path: "dags/2.10/raw/orders/orders.py", Data: []byte("a")}
	b := File{Path: "dags/2.10/raw/orders/sql/orders.sql", Data: []byte("b")}
	hash := func(scope string, files ...File) string {
		c := Content{Scope: scope, Files: files}
		require.NoError(t, c.Sort())
		return c.Hash()
	}
	one := hash("", a, b)
	assert.Equal(t, one, hash("", b, a))
	assert.Len(t, one, 64)
	changed := b
	changed.Data = []byte("c")
	moved := b
	moved.Path = "dags/2.10/raw/orders/sql/others.sql"
	for name, other := range map[string]string{
		"bytes": hash("", a, changed), "path": hash("", a, moved), "fewer": hash("", a), "scope": hash("raw/orders", a, b),
		// A path that looks like another line of what is hashed is not one.
		"line": hash("", a, File{Path: b.Path + " x", Data: b.Data}),
	} {
		assert.NotEqual(t, one, other, name)
	}
}

func TestSortRefuses(t *testing.T) {
	for _, path := range []string{"", "/etc/passwd", "..", "../x", "a/../../x", "a//b", "a/", "./a", `a\b`, "a\nb", "a\x00"} {
		c := Content{Files: []File{{Path: path}}}
		assert.Error(t, c.Sort(), "%q", path)
	}
	twice := Content{Files: []File{{Path: "a"}, {Path: "b"}, {Path: "a"}}}
	assert.ErrorContains(t, twice.Sort(), "two files are called a")
	ids := Content{DAGs: []DAG{{ID: "x", Pipeline: "raw/b"}, {ID: "y", Pipeline: "raw/c"}, {ID: "x", Pipeline: "raw/a"}}}
	assert.EqualError(t, ids.Sort(), "pipeline raw/b: two pipelines have one DAG id\n"+
		"  raw/a and raw/b are both \"x\"; Airflow would show one of them\n  Give one of them another dag_id.")
}

func TestDeployed(t *testing.T) {
	name, ok := Deployed("2.10", DAGPath("2.10", "raw/orders/orders.py"))
	assert.True(t, ok)
	assert.Equal(t, "raw/orders/orders.py", name)
	for _, path := range []string{DAGPath("3.1", "raw/orders/orders.py"), DbtPath("sales", "models/orders.sql"), "dags/2.100/x.py"} {
		_, ok := Deployed("2.10", path)
		assert.False(t, ok, path)
	}
	assert.True(t, IsDAG("raw/orders/orders.py"))
	assert.False(t, IsDAG("raw/orders/sql/orders.sql"))
	line, name, ok := Line(DAGPath("2.10", "raw/orders/orders.py"))
	assert.True(t, ok)
	assert.Equal(t, [2]string{"2.10", "raw/orders/orders.py"}, [2]string{line, name})
	for _, path := range []string{DbtPath("sales", "models/orders.sql"), "dags/x", "x"} {
		_, _, ok := Line(path)
		assert.False(t, ok, path)
	}
}
