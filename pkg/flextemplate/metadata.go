package flextemplate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/problem"
)

const metadataSource = "https://cloud.google.com/dataflow/docs/guides/templates/configuring-flex-templates"

// ParamTypes are the types of parameters. Source:
// https://cloud.google.com/dataflow/docs/reference/rest/v1b3/ParameterType
var ParamTypes = []string{
	"DEFAULT", "TEXT", "GCS_READ_BUCKET", "GCS_WRITE_BUCKET", "GCS_READ_FILE", "GCS_WRITE_FILE", "GCS_READ_FOLDER",
	"GCS_WRITE_FOLDER", "PUBSUB_TOPIC", "PUBSUB_SUBSCRIPTION", "BIGQUERY_TABLE", "JAVASCRIPT_UDF_FILE", "SERVICE_ACCOUNT",
	"MACHINE_TYPE", "KMS_KEY_NAME", "WORKER_REGION", "WORKER_ZONE", "BOOLEAN", "ENUM", "NUMBER", "KAFKA_TOPIC",
	"KAFKA_READ_TOPIC", "KAFKA_WRITE_TOPIC",
}

var streamingModes = []string{"AT_LEAST_ONCE", "EXACTLY_ONCE"}

// reader reads one metadata.json.
type reader struct {
	tree.File
	names map[string]*yaml.Node
}

// ReadMetadata reads and checks a metadata.json. File is its path as the user
// would type it. The metadata is nil when there are problems.
func ReadMetadata(file string, data []byte) (*Metadata, problem.List) {
	r := &reader{File: tree.File{Name: file}, names: map[string]*yaml.Node{}}
	var m Metadata
	root := r.Read(data)
	if root == nil {
		if len(r.Problems) == 0 {
			r.Refuse(nil, "the file is empty", "it describes a template ("+metadataSource+")", "Write it, or remove it.")
		}
		return nil, r.Problems
	}
	r.Object(root, "the metadata", map[string]func(*yaml.Node){
		"name":                 func(n *yaml.Node) { m.Name = r.Text(n, "name") },
		"description":          func(n *yaml.Node) { m.Description = r.Text(n, "description") },
		"streaming":            func(n *yaml.Node) { m.Streaming = r.Truth(n, "streaming") },
		"supportsAtLeastOnce":  func(n *yaml.Node) { m.SupportsAtLeastOnce = r.truth(n, "supportsAtLeastOnce") },
		"supportsExactlyOnce":  func(n *yaml.Node) { m.SupportsExactlyOnce = r.truth(n, "supportsExactlyOnce") },
		"defaultStreamingMode": func(n *yaml.Node) { m.DefaultStreamingMode = r.oneOf(n, "defaultStreamingMode", streamingModes) },
		"parameters": func(n *yaml.Node) {
			for _, item := range r.List(n, "parameters") {
				m.Parameters = append(m.Parameters, r.parameter(item))
			}
		},
	}, "name")
	if len(r.Problems) > 0 {
		return nil, r.Problems
	}
	return &m, nil
}

func (r *reader) truth(n *yaml.Node, what string) *bool {
	b := r.Truth(n, what)
	return &b
}

func (r *reader) oneOf(n *yaml.Node, what string, all []string) string {
	value := r.Text(n, what)
	if value != "" && !slices.Contains(all, value) {
		r.Refuse(n, fmt.Sprintf("%s cannot be %q", what, tree.Shorten(value)), "", tree.DidYouMean(value, all))
	}
	return value
}

// parameterName is dorc's rule for names: --<name>=<value> is an option of Python.
var parameterName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (r *reader) parameter(n *yaml.Node) Parameter {
	var p Parameter
	var typed *yaml.Node
	text := func(to *string, what string) func(*yaml.Node) {
		return func(n *yaml.Node) { *to = r.Text(n, what) }
	}
	r.Object(n, "the parameter", map[string]func(*yaml.Node){
		"name":       func(n *yaml.Node) { p.Name = r.name(n) },
		"label":      text(&p.Label, "label"),
		"helpText":   text(&p.HelpText, "helpText"),
		"isOptional": func(n *yaml.Node) { p.IsOptional = r.Truth(n, "isOptional") },
		"regexes":    func(n *yaml.Node) { p.Regexes = r.regexes(n) },
		"paramType": func(n *yaml.Node) {
			typed, p.ParamType = n, r.oneOf(n, "paramType", ParamTypes)
		},
		"defaultValue":        text(&p.DefaultValue, "defaultValue"),
		"groupName":           text(&p.GroupName, "groupName"),
		"parentName":          text(&p.ParentName, "parentName"),
		"parentTriggerValues": func(n *yaml.Node) { p.ParentTriggerValues = r.Texts(n, "parentTriggerValues") },
		"hiddenUi":            func(n *yaml.Node) { p.HiddenUI = r.Truth(n, "hiddenUi") },
		"enumOptions": func(n *yaml.Node) {
			for _, item := range r.List(n, "enumOptions") {
				p.EnumOptions = append(p.EnumOptions, r.option(item))
			}
		},
		"customMetadata": func(n *yaml.Node) {
			entries, _ := r.Mapping(n, "customMetadata")
			p.CustomMetadata = map[string]string{}
			for _, e := range entries {
				p.CustomMetadata[e.Name] = r.Text(e.Value, e.Name)
			}
		},
	}, "name", "label", "helpText")
	switch {
	case p.ParamType == "ENUM" && len(p.EnumOptions) == 0:
		r.Refuse(typed, "a parameter of type ENUM has no enumOptions", "", `Add them: "enumOptions": [{"value": "a"}, {"value": "b"}]`)
	case p.ParamType != "ENUM" && len(p.EnumOptions) > 0:
		r.Refuse(n, "enumOptions are for parameters of type ENUM", "", `Add "paramType": "ENUM", or remove them.`)
	}
	return p
}

func (r *reader) option(n *yaml.Node) EnumOption {
	var o EnumOption
	r.Object(n, "the option", map[string]func(*yaml.Node){
		"value":       func(n *yaml.Node) { o.Value = r.Text(n, "value") },
		"label":       func(n *yaml.Node) { o.Label = r.Text(n, "label") },
		"description": func(n *yaml.Node) { o.Description = r.Text(n, "description") },
	}, "value")
	return o
}

func (r *reader) name(n *yaml.Node) string {
	name := r.Text(n, "name")
	switch first := r.names[name]; {
	case name == "":
	case !parameterName.MatchString(name):
		r.Refuse(n, fmt.Sprintf("%q cannot be the name of a parameter", tree.Shorten(name)), "letters, digits and _, no digit first: it is an option of Python", "Rename it.")
	case first != nil:
		r.Refuse(n, fmt.Sprintf("two parameters are named %q", name), fmt.Sprintf("the other is in line %d", first.Line), "Rename one of them.")
	default:
		r.names[name] = n
	}
	return name
}

func (r *reader) regexes(n *yaml.Node) []string {
	var all []string
	for _, item := range r.List(n, "regexes") {
		text := r.Text(item, "an item of regexes")
		if _, err := whole(text); err != nil {
			r.Refuse(item, "this is no regular expression", strings.TrimPrefix(err.Error(), "error parsing regexp: "), "The syntax is that of https://github.com/google/re2/wiki/Syntax")
		}
		all = append(all, text)
	}
	return all
}

// whole is an expression that the whole text matches.
func whole(text string) (*regexp.Regexp, error) {
	if _, err := regexp.Compile(text); err != nil {
		return nil, err
	}
	return regexp.Compile(`^(?:` + text + `)$`)
}
