package dockerfile

import (
	"path/filepath"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Base is the image that the last stage is made from, with the defaults of
// arguments filled in. When that is an earlier stage, it is that stage's. A FROM
// that needs a build argument is a problem: dorc passes CODE_PATH only, and the
// base is the same for all functions.
func (f *File) Base() (string, error) {
	if f.foreign != nil {
		return "", *f.foreign
	}
	p, err := f.parse()
	if err != nil {
		return "", err
	}
	global, err := newScope(p, nil)
	if err != nil {
		return "", f.syntax(err)
	}
	for i := p.last(); ; {
		stage := p.stages[i]
		name, _, err := global.expand(stage.BaseName)
		if err != nil {
			return "", f.at(lineOf(stage.Location), "the Dockerfile has a syntax error", err.Error(), "Correct the variable in FROM.")
		}
		if missing := global.withoutDefault(stage.BaseName); missing != "" || name == "" {
			return "", f.at(lineOf(stage.Location), "FROM needs a build argument",
				missing+" has no default, and dorc passes CODE_PATH to the instructions after FROM only",
				"Write ARG "+missing+"=<value> before the first FROM.")
		}
		parent, ok := instructions.HasStage(p.stages[:i], name)
		if !ok {
			return name, nil
		}
		i = parent
	}
}

// withoutDefault is a variable of the word that has no value and no default
// beside it, as in ${TAG:-3.12}.
func (s *scope) withoutDefault(word string) string {
	r, err := s.lex.ProcessWordWithMatches(word, s)
	if err != nil {
		return ""
	}
	for name := range r.Unmatched {
		if !strings.Contains(word, "${"+name+":-") && !strings.Contains(word, "${"+name+"-") {
			return name
		}
	}
	return ""
}

func (f *File) at(line int, summary, detail, hint string) problem.Problem {
	return problem.Problem{File: filepath.Join(f.root, Name), Line: line, Summary: summary, Detail: detail, Hint: hint}
}
