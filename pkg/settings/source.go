package settings

import (
	"fmt"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// origin is a kind of source, in order of precedence.
type origin int

const (
	fromDefault origin = iota
	fromDotenv
	fromEnvironment
	fromFlag
)

// Source is where a value came from.
type Source struct {
	origin origin
	file   string
	line   int
}

// String says it as a person would: "flag", "environment variable", ".env:7", "default".
func (s Source) String() string {
	switch s.origin {
	case fromFlag:
		return "flag"
	case fromEnvironment:
		return "environment variable"
	case fromDotenv:
		return fmt.Sprintf("%s:%d", s.file, s.line)
	default:
		return "default"
	}
}

// problem is what is wrong with the variable's value, at its place.
func (s Source) problem(variable, summary, detail, hint string) problem.Problem {
	p := problem.Problem{Summary: variable + " " + summary, Detail: detail, Hint: hint}
	switch s.origin {
	case fromDotenv:
		p.File, p.Line = s.file, s.line
	default:
		p.Resource = s.String()
	}
	return p
}
