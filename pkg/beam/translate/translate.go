package translate

import (
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/beam/launcher"
	"github.com/dorc-dev/dorc/pkg/beam/yamlpipeline"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Translation is a pipeline for Beam, with what belongs around it.
type Translation struct {
	// YAML is the pipeline's text: a Jinja template over Parameters, as Beam's own
	// YAML runner and Google's YAML template take it.
	YAML []byte
	// Parameters must be given when it starts, in the order of their first use.
	Parameters []Parameter
	// Before gives values to parameters of kind Incremental, at each run.
	Before []Question
	// After are run in this order when the pipeline has ended well, and only then.
	After []Statement
	// Java says that the pipeline has transforms that Beam runs in Java.
	Java bool
	// Project is where the queries of bigquery sources run and must be the
	// pipeline's own project; "" when there are none.
	Project string
}

// Kind is what a parameter is for.
type Kind string

// The kinds of parameters.
const (
	// URL is a JDBC URL: jdbc:mysql://<host>:<port>/<database>, or jdbc:postgresql.
	URL Kind = "url"
	// Username of a database.
	Username Kind = "username"
	// Secret is where a password stands, never the password: JSON with the name of
	// the Secret Manager secret and its project, {"name": "…", "project": "…"}.
	// Beam's JDBC connector asks for the password on the workers.
	Secret Kind = "secret"
	// Incremental is a time, in UTC, above which rows are new: 2026-01-31 13:00:00.
	Incremental Kind = "incremental"
)

// Parameter is a Jinja variable of the YAML.
type Parameter struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	// Profile is the connection profile that it is about; "" for Incremental.
	Profile string `json:"profile,omitempty"`
	// Help says in one line what it is.
	Help string `json:"help"`
	// Pattern is a regular expression (RE2, as template metadata has them) that the
	// whole value matches.
	Pattern string `json:"pattern"`
}

// Question gives the value of a parameter before a run.
type Question struct {
	Parameter string `json:"parameter"`
	// SQL gives one row with one text; run in Project by BigQuery. "" means that the
	// value is the start of the run less Seconds.
	SQL     string `json:"sql,omitempty"`
	Project string `json:"project,omitempty"`
	Seconds int    `json:"seconds,omitempty"`
}

// Statement is a script of BigQuery.
type Statement struct {
	// Sink is what it completes.
	Sink string `json:"sink"`
	// SQL runs in Project. It may use parameters of kind Incremental as named query
	// parameters of type STRING; Parameters names them.
	SQL        string   `json:"sql"`
	Project    string   `json:"project"`
	Parameters []string `json:"parameters,omitempty"`
}

// translator collects a translation.
type translator struct {
	p        *launcher.Pipeline
	out      Translation
	yaml     yamlpipeline.Pipeline
	problems problem.List
	// known are the parameters there are by name.
	known map[string]Parameter
}

// Translate makes a Beam pipeline. The error is a problem.List of what cannot be
// translated.
func Translate(p *launcher.Pipeline) (*Translation, error) {
	t := &translator{p: p, known: map[string]Parameter{},
		out: Translation{Parameters: []Parameter{}, Before: []Question{}, After: []Statement{}}}
	for _, s := range p.Sources {
		t.source(s)
	}
	for _, s := range p.Transforms {
		t.sql(s)
	}
	for _, s := range p.Sinks {
		t.sink(s)
	}
	if err := t.problems.Err(); err != nil {
		return nil, err
	}
	t.yaml.Header = t.header()
	text, err := yamlpipeline.Write(t.yaml)
	if err != nil {
		return nil, err
	}
	t.out.YAML = text
	return &t.out, nil
}

func (t *translator) refuse(at launcher.Place, summary, detail, hint string) {
	t.problems = append(t.problems, problem.Problem{File: t.p.File, Line: at.Line, Column: at.Column, Summary: summary, Detail: detail, Hint: hint})
}

// parameter takes a parameter of a stage that is at a place. Two profiles, or two
// databases with one profile, cannot share one.
func (t *translator) parameter(p Parameter, at launcher.Place) yamlpipeline.Parameter {
	switch first, there := t.known[p.Name]; {
	case !there:
		t.known[p.Name] = p
		t.out.Parameters = append(t.out.Parameters, p)
	case first.Profile != p.Profile:
		t.refuse(at, "two names lead to the same parameter", fmt.Sprintf("the profiles %s and %s both to %s", first.Profile, p.Profile, p.Name), "Rename one of the profiles.")
	case first != p:
		t.refuse(at, "one profile is used for two kinds of databases", fmt.Sprintf("the profile %s for mysql and postgres", p.Profile), "Make a profile for each.")
	}
	return yamlpipeline.Parameter(p.Name)
}

// variable makes a Jinja variable's name from another name.
func variable(parts ...string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, strings.Join(parts, "_"))
}

// sql is Beam SQL. Its tables are the inputs, by their aliases.
func (t *translator) sql(s launcher.Transform) {
	var inputs []yamlpipeline.Input
	for i, input := range s.Inputs {
		inputs = append(inputs, yamlpipeline.Input{Tag: s.Aliases[i], Transform: input})
	}
	t.out.Java = true
	t.yaml.Transforms = append(t.yaml.Transforms, yamlpipeline.Transform{
		Type: "Sql", Name: s.Name, Inputs: inputs, Config: yamlpipeline.Map{{Key: "query", Value: s.SQL}},
	})
}

// header says what the file is, what it needs, and what belongs around it.
func (t *translator) header() []string {
	lines := []string{"Beam YAML, made by dorc from " + t.p.File + ": change that file, not this text."}
	add := func(format string, values ...any) {
		lines = append(lines, strings.Split(fmt.Sprintf(format, values...), "\n")...)
	}
	if t.p.Name != "" {
		add("\n%s", t.p.Name)
	}
	if t.p.Description != "" {
		add("%s", strings.TrimSpace(t.p.Description))
	}
	if len(t.out.Parameters) > 0 {
		add("\nParameters:")
		for _, p := range t.out.Parameters {
			add("  %s: %s", p.Name, p.Help)
		}
	}
	for _, q := range t.out.Before {
		if q.SQL == "" {
			add("\nBefore each run: %s is the start of the run less %d seconds, in UTC.", q.Parameter, q.Seconds)
		} else {
			add("\nBefore each run, BigQuery answers %s:\n%s", q.Parameter, indent(q.SQL))
		}
	}
	for _, s := range t.out.After {
		add("\nAfter each run that ended well, BigQuery completes %s:\n%s", s.Sink, indent(s.SQL))
	}
	return append(lines, "")
}

func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }
