package definition

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/goccy/go-yaml/ast"
)

// Parse is ParseAs for a folder of functions.
func Parse(file string, data []byte) (*Pipeline, *Source, problem.List) {
	return ParseAs(file, data, KindFunctions)
}

// ParseAs reads and validates a pipeline.yaml. File is its path as the user would
// type it, standard the kind of a file that names none. Defaults are filled in
// and functions are brought into the order in which they run.
//
// The pipeline and the source are never nil: when there are problems, they hold
// what could be read, so that a caller can look for more. An empty file is a
// pipeline with every default.
func ParseAs(file string, data []byte, standard Kind) (*Pipeline, *Source, problem.List) {
	source := &Source{File: file, fields: map[string]place{}, functions: map[string]string{}}
	p := &Pipeline{}
	body, problems := parseYAML(file, data)
	if body != nil && len(problems) == 0 {
		problems = read(body, p, source, standard)
	}
	p.fillDefaults(standard)
	p.Functions = inOrder(p.Functions)
	sortByPlace(problems)
	if len(problems) >= maxProblems {
		last := problems[len(problems)-1]
		problems = append(problems, problem.Problem{File: file, Line: last.Line, Column: last.Column,
			Summary: "there may be more problems in this file", Detail: fmt.Sprintf("%d are listed", len(problems)),
			Hint: "Is this a pipeline.yaml?"})
	}
	return p, source, problems
}

// read fills the pipeline from the YAML and validates it.
func read(body ast.Node, p *Pipeline, source *Source, standard Kind) problem.List {
	d := &decoder{source: source, anchors: map[string]ast.Node{}, blamed: map[string]bool{}}
	if kind, ok := laterKind(d, body); ok {
		p.Kind = kind
		d.refuse("kind", "pipelines of kind "+string(kind)+" are not in this version",
			"known kinds: "+KindNames(), "")
		return d.problems
	}
	kind := writtenKind(body, standard)
	d.pipeline(body, p, kind)
	index(p, source)
	if d.stopped {
		// What was cut off would only be reported as missing.
		return d.problems
	}
	v := &validator{source: source, pipeline: p, blamed: d.blamed}
	v.validate(kind)
	return append(d.problems, v.problems...)
}

// index remembers the path of every function before their order changes.
func index(p *Pipeline, source *Source) {
	for i, f := range p.Functions {
		if _, twice := source.functions[f.Name]; !twice {
			source.functions[f.Name] = item("functions", i)
		}
	}
}

// laterKind finds a kind that later versions will have. The other keys of such
// a file are unknown here, and saying so of each would hide the one reason.
func laterKind(d *decoder, body ast.Node) (Kind, bool) {
	for _, kv := range pairs(body) {
		if kv.Key.GetToken().Value != "kind" {
			continue
		}
		if s, ok := kv.Value.(*ast.StringNode); ok && slices.Contains(laterKinds, Kind(s.Value)) {
			d.source.set("kind", kv.Key, kv.Value)
			return Kind(s.Value), true
		}
	}
	return "", false
}

func sortByPlace(problems problem.List) {
	slices.SortStableFunc(problems, func(a, b problem.Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// lastKey is the last word of a path, to speak of the field.
func lastKey(path string) string {
	if path == "" {
		return "the file"
	}
	if start := strings.LastIndex(path, "["); start > 0 && strings.HasSuffix(path, "]") {
		return "an item of " + lastKey(path[:start])
	}
	key := path[strings.LastIndex(path, ".")+1:]
	if !ValidName(key) {
		// Whoever writes a key with a line end in it shall not break our lines.
		return strconv.Quote(shorten(key))
	}
	return key
}
