package launch

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"

	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

//go:embed workflow.yaml.tmpl
var source string

var parsed = template.Must(template.New("workflow").Funcs(template.FuncMap{
	"text": text, "indented": indented, "list": list, "comment": comment,
}).Parse(source))

// view is what the template shows.
type view struct {
	Options
	LaunchNames    []string
	Values         []value
	JobPrefix      string
	Before         []step
	Statements     []step
	Ended, Awaited []string
	// Profile is the only profile of the pipeline, and the names of its parameters are Profiles.
	Profile       string
	Profiles      []string
	RefuseProfile bool
	// Puts and Asks say which subworkflows are used, Done where a job that ended well leads.
	Puts, Asks bool
	Done       string
	Roles      string
	// LabelWorkflow and LabelExecution are labels of a job.
	LabelWorkflow, LabelExecution string
}

// value is a default of a parameter.
type value struct {
	Name string
	literal
}

// step is a query before or after a job.
type step struct {
	Step, After, Comment, Parameter, Sink, Project string
	Seconds                                        int
	Parameters                                     []string
	literal
	SQL string
}

// Write is the definition's text. It is the same for the same options. The error
// is a problem.Problem when the definition would be too large.
func Write(o Options) ([]byte, error) {
	v := view{Options: o, Ended: Ended, Awaited: Ended, Done: "done", Roles: roles, LabelWorkflow: naming.LabelWorkflow, LabelExecution: naming.LabelExecution, JobPrefix: prefix(o.Job) + "-"}
	if o.Streaming {
		v.Awaited = append(slices.Clone(Ended), running)
	}
	if v.Update == "" {
		v.Update = definition.UpdateDrain
	}
	v.Puts = o.CancelWithExecution || o.Streaming && v.Update != definition.UpdateInPlace
	v.LaunchNames = slices.Sorted(maps.Keys(definition.LaunchNames))
	if o.YAML != "" {
		v.LaunchNames = append(v.LaunchNames, "config", "profile")
	}
	if o.Environment.SDKContainerImage == "" || o.Environment.TempLocation == "" || o.PollingSeconds < 1 {
		return nil, fmt.Errorf("the launch of %s has no image, no temp location or no polling interval", o.Pipeline)
	}
	if err := v.fill(o); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := parsed.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("writing the workflow of %s: %w", o.Pipeline, err)
	}
	if b.Len() > syntax.MaxSource {
		return nil, problem.Problem{Resource: "pipeline " + o.Pipeline, Summary: "the workflow that launches it is too large",
			Detail: fmt.Sprintf("%d bytes; Workflows allows %d (https://cloud.google.com/workflows/quotas)", b.Len(), syntax.MaxSource),
			Hint:   "Shorten its parameters and its queries."}
	}
	return b.Bytes(), nil
}

// fill makes values, connections and queries.
func (v *view) fill(o Options) error {
	for _, name := range slices.Sorted(maps.Keys(o.Parameters)) {
		l, err := write(o.Parameters[name])
		if err != nil {
			return err
		}
		v.Values = append(v.Values, value{name, l})
	}
	switch {
	case len(o.Profiles) == 1:
		v.Profile = o.Profiles[0]
		v.Profiles = slices.Sorted(maps.Keys(o.Connections[0].Values))
	default:
		v.RefuseProfile = len(o.Profiles) > 1
		for _, c := range o.Connections {
			for _, name := range slices.Sorted(maps.Keys(c.Values)) {
				v.Values = append(v.Values, value{name, literal{Literal: text(c.Values[name])}})
			}
		}
		v.Connections = nil
	}
	for i, q := range o.Before {
		s := step{Step: fmt.Sprintf("before_%d", i+1), Parameter: q.Parameter, Project: q.Project, Seconds: q.Seconds}
		s.After = fmt.Sprintf("before_%d", i+2)
		if i+1 == len(o.Before) {
			s.After = "set_parameters"
		}
		s.Comment = "Rows above this time are new."
		if q.SQL != "" {
			s.literal = block(q.SQL, 16)
			s.SQL, v.Asks = s.Literal, true
		}
		v.Before = append(v.Before, s)
	}
	for i, a := range o.After {
		s := step{Step: fmt.Sprintf("after_%d", i+1), Sink: a.Sink, Project: a.Project, Parameters: a.Parameters}
		s.literal = block(a.SQL, 16)
		s.SQL, v.Asks = s.Literal, true
		v.Statements = append(v.Statements, s)
	}
	if len(v.Statements) > 0 {
		v.Done = v.Statements[0].Step
	}
	return nil
}

// maxPrefix leaves room in a job's name of 63 characters for a time and a random
// part: -20260131t030000-1a2b3c4d.
const maxPrefix = 63 - 25

func prefix(job string) string {
	if len(job) > maxPrefix {
		job = job[:maxPrefix]
	}
	return strings.TrimRight(job, "-")
}

// comment keeps a text in its line.
func comment(v any) string {
	if list, ok := v.([]string); ok {
		v = strings.Join(list, ", ")
	}
	return strings.Join(strings.Fields(fmt.Sprint(v)), " ")
}

// indented is JSON of several lines, which is YAML too. Nothing in it looks like an
// expression: neither names of resources nor connections have "${".
func indented(by int, v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent(strings.Repeat(" ", by), "  ")
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()), nil
}

// compact is JSON in one line.
func compact(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()), nil
}

func list(all []string) (string, error) { return compact(all) }
