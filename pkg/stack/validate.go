package stack

import (
	"context"
	"fmt"
	"maps"

	"github.com/dorc-dev/dorc/pipelines"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Validation is what Validate looked at.
type Validation struct {
	Environments, Pipelines, Functions int
	// Programs says that every stack's program was run against the rules.
	Programs bool
	// Warnings are no mistakes, but hardly what is meant.
	Warnings problem.List
}

// ManyStacks is the number of stacks from which Validate leaves their programs
// to plan unless it is told otherwise: it should answer within seconds.
const ManyStacks = 100

// Programs says whether Validate runs the programs of stacks.
type Programs string

// The choices of Programs.
const (
	ProgramsAuto   Programs = "auto" // with fewer than ManyStacks stacks
	ProgramsAlways Programs = "always"
	ProgramsNever  Programs = "never"
)

// Validate checks the whole config repo without changing anything and without an
// account: its files, the names and limits that they lead to, and with programs
// every resource that these describe against the rules of the cloud's own API.
func (p *Project) Validate(ctx context.Context, programs Programs) (Validation, problem.List) {
	var found problem.List
	u, err := p.Universal()
	found = append(found, asProblems(err)...)
	repo, err := p.Repo()
	found = append(found, asProblems(err)...)
	sound := err == nil
	environments := p.Environments()
	v := Validation{Environments: len(environments)}
	if repo != nil {
		v.Pipelines = len(repo.Pipelines)
		for _, pipeline := range repo.Pipelines {
			v.Functions += len(pipeline.Functions)
		}
	}
	found = append(found, p.validateNames(u, repo, environments)...)
	warnings, problems := p.validateImages(u)
	v.Warnings, found = append(p.composerNotices(environments), warnings...), append(found, problems...)
	if sound {
		warnings, problems = p.validateContents(u, repo, environments)
		v.Warnings, found = append(v.Warnings, warnings...), append(found, problems...)
		if u != nil {
			found = append(found, p.validateDbt(repo)...)
		}
	}
	stacks := 1 + v.Environments*(1+v.Pipelines)
	v.Programs = programs == ProgramsAlways || programs == ProgramsAuto && stacks < ManyStacks
	if len(found) > 0 || !v.Programs {
		return v, found
	}
	return v, p.checkPrograms(ctx, environments)
}

// validateNames checks the environments' files and what names and sizes they
// lead to together with the pipelines.
func (p *Project) validateNames(u *config.Universal, repo *configrepo.Repo, environments []string) problem.List {
	var found problem.List
	var names []naming.Names
	google := googleNames{}
	if u != nil {
		if _, err := u.Google(); err != nil {
			found = append(found, inFile(p.Settings.Relative(p.universalConfigPath()), err)...)
		}
	}
	for _, env := range environments {
		e, err := p.Environment(env)
		if err != nil {
			found = append(found, asProblems(err)...)
			continue
		}
		if u == nil {
			continue
		}
		found = append(found, google.environment(p.Settings.Relative(p.infraConfigPath(env)), u, e)...)
		n := naming.Names{Project: u.Project, Environment: env, Account: p.Settings.AWSAccount}
		names = append(names, n)
		variables, problems := p.sharedVariables(n, e)
		found = append(found, problems...)
		if repo != nil {
			found = append(found, tooLarge(repo, env, variables)...)
		}
	}
	if repo == nil {
		return found
	}
	return append(configrepo.Check(repo, names...), found...)
}

// sharedVariables are those that every function of an environment gets.
func (p *Project) sharedVariables(n naming.Names, e *config.Environment) (map[string]string, problem.List) {
	var found problem.List
	variables := map[string]string{pipelines.EnvironmentVariable: e.Environment}
	owners := map[string]string{}
	for _, b := range e.DataBuckets {
		name, err := n.DataBucket(b.Name)
		if err != nil {
			found = append(found, inFile(p.Settings.Relative(p.infraConfigPath(n.Environment)), err)...)
			continue
		}
		if other, taken := owners[name]; taken {
			found = append(found, problem.Problem{
				File:    p.Settings.Relative(p.infraConfigPath(n.Environment)),
				Summary: fmt.Sprintf("the data buckets %s and %s have one name, %s", other, b.Name, name),
				Hint:    "rename one of them",
			})
		}
		owners[name] = b.Name
		variables[naming.BucketVariable(b.Name)] = name
	}
	return variables, found
}

// inFile gives problems that name no place the file they come from.
func inFile(file string, err error) problem.List {
	found := asProblems(err)
	for i := range found {
		if found[i].File == "" {
			found[i].File = file
		}
	}
	return found
}

// tooLarge are the functions whose own variables and those of every function
// exceed Lambda's limit together.
func tooLarge(repo *configrepo.Repo, env string, shared map[string]string) problem.List {
	var found problem.List
	for _, pipeline := range repo.Pipelines {
		for _, f := range pipeline.Definition.Functions {
			if len(f.Environment) == 0 {
				continue
			}
			all := maps.Clone(shared)
			maps.Copy(all, f.Environment)
			if size := definition.EnvironmentSize(all); size > definition.MaxEnvironmentSize {
				found = append(found, problem.Problem{
					File:     pipeline.File,
					Resource: f.Name,
					Summary:  fmt.Sprintf("the variables of %s are too large together in %s", f.Name, env),
					Detail: fmt.Sprintf("%d bytes with those that dorc adds, at most %d are possible "+
						"(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)", size, definition.MaxEnvironmentSize),
					Hint: "put large values into a file beside lambda.py",
				})
			}
		}
	}
	return found
}
