package definition

import (
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Source remembers where in a pipeline.yaml each field stands, so that whoever
// finds something wrong with a field later can point at it.
//
// A field is named by its path: "kind", "functions[0].timeout",
// "functions[1].next.pipeline", "triggers[0].schedule". Indices count as the
// functions are written in the file; Function gives the path of a function.
type Source struct {
	// File is the path as the user would type it.
	File   string
	fields map[string]place
	// functions is the path of each function by its name.
	functions map[string]string
}

// place is where a field's key and its value begin. Lines and columns count from 1.
type place struct{ key, value position }

type position struct{ line, column int }

// Has reports whether the file has the field.
func (s *Source) Has(path string) bool {
	if s == nil {
		return false
	}
	_, ok := s.fields[path]
	return ok
}

// Function is the path of the function with that name, or "" when the file has none.
func (s *Source) Function(name string) string {
	if s == nil {
		return ""
	}
	return s.functions[name]
}

// Problem is a problem with a field's value. When the file does not have the
// field, it points at the nearest field around it, at last at the file.
func (s *Source) Problem(path, summary, detail, hint string) problem.Problem {
	return s.problem(path, false, summary, detail, hint)
}

// KeyProblem is a problem with a field's key.
func (s *Source) KeyProblem(path, summary, detail, hint string) problem.Problem {
	return s.problem(path, true, summary, detail, hint)
}

func (s *Source) problem(path string, key bool, summary, detail, hint string) problem.Problem {
	p := problem.Problem{Summary: summary, Detail: detail, Hint: hint}
	if s == nil {
		return p
	}
	p.File = s.File
	for {
		if at, ok := s.fields[path]; ok {
			pos := at.value
			if key && at.key.line > 0 {
				pos = at.key
			}
			p.Line, p.Column = pos.line, pos.column
			return p
		}
		if path == "" {
			return p
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
}

// set remembers a field. The key is nil for an item of a list.
func (s *Source) set(path string, key, value ast.Node) {
	at := place{value: positionOf(value)}
	if key != nil {
		at.key = positionOf(key)
		if at.value.line == 0 {
			at.value = at.key
		}
	}
	s.fields[path] = at
}

// positionOf finds where a node begins. The first token of a block mapping in
// this library is its first colon, so its first key is asked instead.
func positionOf(n ast.Node) position {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return positionOf(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return positionOf(n.Key)
	case *ast.LiteralNode:
		return tokenPosition(n.Start)
	}
	if n == nil {
		return position{}
	}
	return tokenPosition(n.GetToken())
}

func tokenPosition(t *token.Token) position {
	if t == nil || t.Position == nil {
		return position{}
	}
	return position{t.Position.Line, t.Position.Column}
}

func item(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func field(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
