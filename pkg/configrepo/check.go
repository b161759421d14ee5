package configrepo

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Check makes every cloud name of the repo in the given environments, and
// refuses those that break a cloud's rule and those that two things would have.
// Give all environments of the project: stack names can clash between them.
func Check(repo *Repo, environments ...naming.Names) problem.List {
	c := &checker{
		loader: &loader{repo: repo, shown: shownRoot(repo.Root, repo.Root)},
		stacks: taken{}, names: taken{}, seen: map[problem.Problem]bool{},
	}
	for _, names := range environments {
		c.stacks.claim("infra-"+names.Environment, "the environment "+names.Environment)
	}
	for _, names := range environments {
		if c.environment(names) {
			c.pipelines(names)
		}
	}
	sortByPlace(c.problems)
	return c.problems
}

// maxStackName is Pulumi's, see tokens.ParseStackName.
const maxStackName = 100

type checker struct {
	*loader
	// stacks and names are what is taken in any environment. A name's key has
	// the kind of thing before it, since kinds share no names.
	stacks, names taken
	seen          map[problem.Problem]bool
	problems      problem.List
}

// add keeps a problem once: a repository's name is the same in every environment.
func (c *checker) add(p problem.Problem) {
	if !c.seen[p] {
		c.seen[p] = true
		c.problems = append(c.problems, p)
	}
}

// environment checks project and environment alone. When they are wrong, every
// name is, and saying so of each would bury the reason.
func (c *checker) environment(names naming.Names) bool {
	for _, build := range []func() (string, error){
		names.LambdaRole, names.StateFunctionRole, names.TriggerRole,
		func() (string, error) { return names.Function("l", "p", "f") },
		func() (string, error) { return names.SecurityGroup("l", "p", "f") },
		func() (string, error) { return names.Repository("l", "p", "f") },
	} {
		if _, err := build(); err != nil {
			p := asProblem(err)
			p.Resource = fmt.Sprintf("project %q, environment %q", names.Project, names.Environment)
			c.add(p)
			return false
		}
	}
	return true
}

func (c *checker) pipelines(names naming.Names) {
	for _, p := range c.repo.Pipelines {
		at, owner := p.place(c.loader), fmt.Sprintf("the pipeline %s in %s", p.ID(), names.Environment)
		stack := naming.Stack(p.Layer, names.Environment, p.Name)
		if other := c.stacks.claim(stack, owner); other != "" {
			c.add(clash(at, "two stacks have one name", other, owner, stack))
		}
		if len(stack) > maxStackName {
			long := at
			long.Summary = "its stack name is too long"
			long.Detail = fmt.Sprintf("%q: %d characters, at most %d are allowed (Pulumi)", stack, len(stack), maxStackName)
			long.Hint = "Shorten the layer, the environment or the pipeline."
			c.add(long)
		}
		if p.Definition.Kind != definition.KindFunctions {
			continue
		}
		c.name(at, "state machine", owner, func() (string, error) { return names.StateMachine(p.Layer, p.Name) })
		c.name(at, "log group", owner, func() (string, error) { return names.StateMachineLogGroup(p.Layer, p.Name) })
		c.rules(names, p, at, owner)
		for _, f := range p.Functions {
			c.function(names, f)
		}
	}
}

func (c *checker) rules(names naming.Names, p *Pipeline, at problem.Problem, owner string) {
	count := map[string]int{}
	for i, t := range p.Definition.Triggers {
		kind := "schedule"
		if t.Object != nil {
			kind = "object"
		}
		count[kind]++
		c.name(at, "rule", fmt.Sprintf("trigger %d of %s", i+1, owner),
			func() (string, error) { return names.Rule(p.Layer, p.Name, kind, count[kind]) })
	}
}

func (c *checker) function(names naming.Names, f *Function) {
	at := f.place(c.loader)
	owner := fmt.Sprintf("the function %s in %s", f.ID(), names.Environment)
	// A project has one repository per function, whatever the environment.
	c.name(at, "repository", "the function "+f.ID(),
		func() (string, error) { return names.Repository(f.Layer, f.Pipeline, f.Name) })
	for _, kind := range []struct {
		name  string
		build func(layer, pipeline, function string) (string, error)
	}{{"function", names.Function}, {"log group", names.FunctionLogGroup}, {"security group", names.SecurityGroup}} {
		c.name(at, kind.name, owner, func() (string, error) { return kind.build(f.Layer, f.Pipeline, f.Name) })
	}
}

// name makes a name, and refuses it when it breaks a rule or is taken.
func (c *checker) name(at problem.Problem, kind, owner string, build func() (string, error)) {
	name, err := build()
	if err != nil {
		p := asProblem(err)
		p.File, p.Line, p.Column, p.Resource = at.File, at.Line, at.Column, ""
		c.add(p)
		return
	}
	if other := c.names.claim(kind+" "+name, owner); other != "" {
		c.add(clash(at, "two of a kind have one cloud name", other, owner, name))
	}
}

func asProblem(err error) problem.Problem {
	var p problem.Problem
	if !errors.As(err, &p) {
		p = problem.Problem{Summary: err.Error()}
	}
	return p
}

// showAbs is an absolute path below the root as the user would type it.
func (l *loader) showAbs(abs string) string {
	rel, err := filepath.Rel(l.repo.Root, abs)
	if err != nil {
		return abs
	}
	return filepath.Join(l.shown, rel)
}
