package configrepo

import (
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// place points at a function: at its name in pipeline.yaml, or at its lambda.py.
func (f *Function) place(l *loader) problem.Problem {
	if path := f.pipeline.Source.Function(f.Name); path != "" {
		return f.pipeline.Source.Problem(path+".name", "", "", "")
	}
	return problem.Problem{File: l.showAbs(f.Dir) + "/" + handlerFile}
}

// place points at a pipeline: at its pipeline.yaml, or at its folder.
func (p *Pipeline) place(l *loader) problem.Problem {
	if p.File != "" {
		return problem.Problem{File: l.showAbs(p.File)}
	}
	return problem.Problem{File: l.showAbs(p.Dir)}
}

// taken finds things that share a name. Key is what the cloud compares.
type taken map[string]string

// claim returns the owner of a name when it is another one, or "".
func (t taken) claim(key, owner string) string {
	if other, ok := t[key]; ok && other != owner {
		return other
	}
	t[key] = owner
	return ""
}

// checkIDs refuses functions, and pipelines, that would share a cloud name in
// every project and environment: "_" becomes "-" in names, a "-" does not say
// where a layer ends, and ECR has no capitals.
func (r *Repo) checkIDs(l *loader) problem.List {
	var problems problem.List
	functions, pipelines := taken{}, taken{}
	for _, p := range r.Pipelines {
		key := strings.ToLower(naming.FunctionID(p.Layer, p.Name, ""))
		if other := pipelines.claim(key, p.ID()); other != "" {
			problems = append(problems, clash(p.place(l), "two pipelines have one cloud name", other, p.ID(), strings.TrimSuffix(key, "-")))
			continue
		}
		for _, f := range p.Functions {
			key := strings.ToLower(naming.FunctionID(f.Layer, f.Pipeline, f.Name))
			if other := functions.claim(key, f.ID()); other != "" {
				problems = append(problems, clash(f.place(l), "two functions have one cloud name", other, f.ID(), key))
			}
		}
	}
	return problems
}

func clash(at problem.Problem, summary, one, two, name string) problem.Problem {
	at.Summary = summary
	at.Detail = fmt.Sprintf("%s and %s are both %s", one, two, name)
	at.Hint = "Rename one of the folders."
	return at
}
