package dag

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/jinja"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// place makes the problems of one template.
type place func(line, column int, summary, detail, hint string) problem.Problem

// templates reads the SQL as Jinja: that it is a template, and that what it includes
// and the parameters that it names are there.
func (r *reader) templates(byPath map[string]*SQLFile) {
	loads := map[string][]string{}
	for _, f := range r.dag.SQL {
		at := func(line, column int, summary, detail, hint string) problem.Problem {
			return problem.Problem{File: r.shown(f.Path), Line: line, Column: column, Summary: summary, Detail: detail, Hint: hint}
		}
		t, err := jinja.Parse(f.Text)
		if err != nil {
			r.Problems = append(r.Problems, at(err.Line, err.Column, notTemplate, err.Reason, err.Hint))
			continue
		}
		loads[f.Path] = r.loads(t, at, byPath)
		r.parameters(t, at)
		r.variables(t, at)
	}
	r.includes(loads)
}

const notTemplate = "the text is no template that Jinja reads"

// loads refuses templates outside the folder sql, and returns the others.
func (r *reader) loads(t *jinja.Template, at place, known map[string]*SQLFile) (found []string) {
	var names []string
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, l := range t.Loads {
		if l.Names == nil {
			r.Problems = append(r.Problems, at(l.Line, l.Column, "it is not known which file this is", fmt.Sprintf("%s names it by an expression", l.Tag),
				"Write the file's name in quotes."))
		}
		for _, name := range l.Names {
			if known[name] != nil {
				r.used[name] = true
				found = append(found, name)
				continue
			}
			hint := "Write a file of the folder sql, such as sql/part.sql."
			if near := problem.Nearest(name, names); near != "" {
				hint = fmt.Sprintf("Did you mean %q?", near)
			} else if r.dag.DOP && name == "global.sql" {
				hint = "Remove the line: is_incremental is there without it."
			}
			r.Problems = append(r.Problems, at(l.Line, l.Column, fmt.Sprintf("there is no template %q", tree.Shorten(name)), "templates are the files in "+r.shown(SQLFolder), hint))
		}
	}
	return found
}

// ofMapping are what any mapping has, so that they are no parameters.
var ofMapping = []string{"get", "items", "keys", "values"}

// parameters refuses a parameter that the DAG does not have.
func (r *reader) parameters(t *jinja.Template, at place) {
	var names []string
	for _, p := range r.dag.Params {
		names = append(names, p.Name)
	}
	known := append(slices.Clone(names), ofMapping...)
	if r.dag.DOP { // there params has the task's and the DAG's own in it
		known = append(known, "params", "task")
	}
	if slices.Contains(t.Given, "params") {
		return
	}
	for _, a := range t.Attributes {
		if a.Variable != "params" || slices.Contains(known, a.Name) {
			continue
		}
		detail := "parameters of the DAG: " + list(names)
		if len(names) == 0 {
			detail = "the DAG has no parameters"
		}
		r.Problems = append(r.Problems, at(a.Line, a.Column, fmt.Sprintf("there is no parameter %q", tree.Shorten(a.Name)), detail, tree.DidYouMean(a.Name, names)))
	}
}

// includes refuses files that include each other in a circle.
func (r *reader) includes(loads map[string][]string) {
	done := map[string]bool{}
	var follow func(file string, way []string)
	follow = func(file string, way []string) {
		if i := slices.Index(way, file); i >= 0 {
			r.Problems = append(r.Problems, problem.Problem{File: r.shown(file), Summary: "files include each other in a circle",
				Detail: strings.Join(append(way[i:len(way):len(way)], file), " -> "), Hint: "Remove one of these includes."})
			return
		}
		if done[file] || len(way) > maxIncludes {
			return
		}
		for _, next := range loads[file] {
			follow(next, append(way[:len(way):len(way)], file))
		}
		done[file] = true
	}
	for _, f := range r.dag.SQL {
		follow(f.Path, nil)
	}
}

// maxIncludes is how deep files that include others are followed.
const maxIncludes = 100

// template reads a text of the file as Jinja.
func (r *reader) template(n *yaml.Node) {
	v := tree.Follow(n)
	if v.Kind != yaml.ScalarNode || !strings.Contains(v.Value, "{") {
		return
	}
	t, err := jinja.Parse(v.Value)
	at := func(line, column int, summary, detail, hint string) problem.Problem {
		p := problem.Problem{File: r.Name, Line: v.Line, Column: v.Column, Summary: summary, Detail: detail, Hint: hint}
		if l, c := r.inText(v, line, column); l > 0 {
			p.Line, p.Column = l, c
		} else {
			p.Detail += fmt.Sprintf(" (line %d, column %d of the text)", line, column)
		}
		return p
	}
	if err != nil {
		r.Problems = append(r.Problems, at(err.Line, err.Column, notTemplate, err.Reason, err.Hint))
		return
	}
	r.variables(t, at)
}

// inText is the place in the file of a place in a text, or 0 when the text is not
// written as it is: with escapes, or folded.
func (r *reader) inText(n *yaml.Node, line, column int) (fileLine, fileColumn int) {
	lines := strings.Split(n.Value, "\n")
	if line > len(lines) || strings.Contains(n.Value, "\r") { // Jinja ends a line there too
		return 0, 0
	}
	written := lines[line-1]
	fileLine, before := n.Line, n.Column-1
	switch n.Style &^ yaml.TaggedStyle {
	case yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle:
		before++
	case yaml.LiteralStyle:
		fileLine += line
		before = -1
	case yaml.FoldedStyle:
		return 0, 0
	}
	if fileLine > len(r.lines) || n.Style&yaml.LiteralStyle == 0 && line > 1 {
		return 0, 0
	}
	in := []rune(strings.TrimSuffix(r.lines[fileLine-1], "\r"))
	if before < 0 {
		before = len(in) - len([]rune(written))
	}
	if before < 0 || before > len(in) || !strings.HasPrefix(string(in[before:]), written) {
		return 0, 0
	}
	return fileLine, before + column
}
