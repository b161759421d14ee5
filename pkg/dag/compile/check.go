package compile

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// pathPart is what a name may be that becomes part of a path.
var pathPart = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9_.-]*$`)

func checkPath(d *dag.DAG) error {
	check := func(what, name string, at problem.Problem) error {
		if pathPart.MatchString(name) {
			return nil
		}
		at.Summary = what + " cannot be part of a file's name"
		at.Detail = fmt.Sprintf("%q is given; letters, digits, _, - and . are possible", name)
		return at
	}
	place := problem.Problem{File: d.File}
	for _, part := range []struct{ what, name string }{{"the layer's name", d.Layer}, {"the pipeline's name", d.Pipeline}, {"the DAG's id", d.ID}} {
		if err := check(part.what, part.name, place); err != nil {
			return err
		}
	}
	for _, f := range d.SQL {
		if !fs.ValidPath(f.Path) || !strings.HasPrefix(f.Path, "sql/") {
			place.Summary, place.Detail = "a file of SQL is outside of the folder sql", f.Path
			return place
		}
	}
	for _, t := range d.Tasks {
		if err := check("the task's identifier", t.Identifier, t.Place); err != nil {
			return err
		}
	}
	return nil
}
