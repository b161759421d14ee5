package content

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/beam/translate"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/flextemplate"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Names of parameters with which the launcher in the image runs Beam YAML.
const (
	YAMLFileParameter  = "yaml_pipeline_file"
	VariablesParameter = "jinja_variables"
)

// places are where pipeline.yaml has parameters.
var places = []string{"parameters", "schedule.parameters"}

func (c *Content) parameters(place string) map[string]any {
	switch {
	case place == "parameters":
		return c.pipeline.Definition.Parameters
	case c.pipeline.Definition.Schedule != nil:
		return c.pipeline.Definition.Schedule.Parameters
	}
	return nil
}

// formParameters refuses parameters that the form of the pipeline cannot have.
func (c *Content) formParameters() {
	if c.YAML == nil {
		return
	}
	var known []string
	if c.Translation != nil {
		known = c.Incremental()
	}
	for _, place := range places {
		for _, name := range slices.Sorted(maps.Keys(c.parameters(place))) {
			at := place + "." + name
			refuse := func(summary, detail, hint string) {
				c.problems = append(c.problems, c.pipeline.Source.KeyProblem(at, summary, detail, hint))
			}
			switch {
			case name == "config" || name == "profile":
				refuse(name+" is a setting of the launch, not a parameter of the pipeline", "of a run it names another Beam YAML, or another connection", "Rename the variable.")
			case c.Translation != nil && !slices.Contains(known, name):
				refuse(fmt.Sprintf("the pipeline has no parameter %q", name),
					"its connections come from the profiles, and what can be given is: "+orNone(known), "Remove it.")
			}
		}
	}
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

// Incremental are the parameters of a translated config that say from which time
// on rows are new.
func (c *Content) Incremental() []string {
	var names []string
	for _, p := range c.Translation.Parameters {
		if p.Kind == translate.Incremental {
			names = append(names, p.Name)
		}
	}
	return names
}

// Profiles are the connection profiles that the pipeline uses, sorted.
func (c *Content) Profiles() []string {
	if c.Translation == nil {
		return nil
	}
	names := map[string]bool{}
	for _, p := range c.Translation.Parameters {
		if p.Profile != "" {
			names[p.Profile] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// InProject refuses a pipeline whose queries run in another Google project than its jobs.
func (c *Content) InProject(project string) problem.List {
	if c.Translation == nil || c.Translation.Project == "" || c.Translation.Project == project {
		return nil
	}
	return problem.List{{
		File:    c.Launcher.File,
		Summary: "its bigquery sources are of another project",
		Detail:  fmt.Sprintf("they name %s; Beam runs queries in the project of the job, %s", c.Translation.Project, project),
		Hint:    "Name that project, and the other one in the names of the tables.",
	}}
}

// Template is the metadata of the pipeline's flex template.
func (c *Content) Template() flextemplate.Metadata {
	p := c.pipeline
	switch {
	case c.Metadata != nil:
		m := *c.Metadata
		m.Streaming = m.Streaming || p.Definition.Streaming
		return m
	case c.YAML != nil:
		return flextemplate.Described(p.ID(), p.Definition.Description, p.Definition.Streaming,
			flextemplate.Parameter{Name: YAMLFileParameter, Label: "Beam YAML", HelpText: "The pipeline in Beam YAML.",
				Regexes: []string{`^gs://[^\n\r]+$`}, ParamType: "GCS_READ_FILE"},
			flextemplate.Parameter{Name: VariablesParameter, Label: "Variables", HelpText: "The variables of the pipeline's Jinja, a JSON object.",
				IsOptional: true, ParamType: "TEXT"})
	}
	names := map[string]bool{}
	for _, place := range places {
		for name := range c.parameters(place) {
			names[name] = true
		}
	}
	var all []flextemplate.Parameter
	for _, name := range slices.Sorted(maps.Keys(names)) {
		_, standard := p.Definition.Parameters[name]
		all = append(all, flextemplate.Parameter{Name: name, IsOptional: standard})
	}
	return flextemplate.Described(p.ID(), p.Definition.Description, p.Definition.Streaming, all...)
}

// Arguments are the parameters of pipeline.yaml with every placeholder filled in:
// what every run gets, and what the schedule gives over it. Those of a template
// with a metadata.json are held against it. Value gives a placeholder's value.
func (c *Content) Arguments(value func(name string) (string, error)) (standard, scheduled map[string]any, problems problem.List) {
	filled := map[string]map[string]any{}
	for _, place := range places {
		filled[place] = map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(c.parameters(place))) {
			one, err := definition.FillAll(map[string]any{name: c.parameters(place)[name]}, value)
			if err != nil {
				why := problem.Problem{Summary: err.Error()}
				errors.As(err, &why)
				problems = append(problems, c.pipeline.Source.Problem(place+"."+name, why.Summary, why.Detail, why.Hint))
				continue
			}
			filled[place][name] = one[name]
		}
	}
	standard, scheduled = filled["parameters"], filled["schedule.parameters"]
	if c.Metadata != nil && len(problems) == 0 {
		problems = c.hold(standard, scheduled)
	}
	return standard, scheduled, problems
}

// hold checks what a run gets by itself, and what the schedule makes of it.
func (c *Content) hold(standard, scheduled map[string]any) problem.List {
	var problems problem.List
	given := map[string]string{}
	for _, values := range []map[string]any{standard, scheduled} {
		for name, value := range values {
			text, ok := value.(string)
			if ok {
				given[name] = text
			}
		}
	}
	check := func(values map[string]string, place func(name string) string) {
		for _, f := range c.Metadata.Check(values) {
			at := c.pipeline.Source.Problem(place(f.Parameter), f.Summary, f.Detail, f.Hint)
			if at.File == "" {
				at.File = problem.Shown(c.pipeline.Beam.Metadata)
			}
			if !slices.Contains(problems, at) {
				problems = append(problems, at)
			}
		}
	}
	// A default that the schedule gives over is used by other runs.
	texts := map[string]string{}
	maps.Copy(texts, given)
	for name, value := range standard {
		if text, ok := value.(string); ok {
			texts[name] = text
		}
	}
	check(texts, func(name string) string {
		if _, ok := standard[name]; ok {
			return "parameters." + name
		}
		if _, ok := scheduled[name]; ok {
			return "schedule.parameters." + name
		}
		return "parameters"
	})
	check(given, func(name string) string {
		if _, ok := scheduled[name]; ok {
			return "schedule.parameters." + name
		}
		if _, ok := standard[name]; ok {
			return "parameters." + name
		}
		return "parameters"
	})
	slices.SortStableFunc(problems, func(a, b problem.Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return problems
}
