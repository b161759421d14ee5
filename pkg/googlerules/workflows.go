package googlerules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

const (
	workflowSource = "https://cloud.google.com/workflows/docs/reference/rest/v1/projects.locations.workflows"
)

var workflowID = regexp.MustCompile(`^[a-zA-Z]([a-zA-Z0-9_-]{0,62}[a-zA-Z0-9])?$`)

var _ = register("gcp:workflows/workflow:Workflow", table{
	values: []row{
		{"name", pattern(workflowID, "a workflow's ID has 1 to 64 letters, digits, _ and -, begins with a letter and ends with a letter or digit"), workflowSource},
		{"region", isRegion, regionSource},
		{"description", length(0, 1000), workflowSource},
		{"serviceAccount", isAccount, accountSource},
		{"sourceContents", document(definition), "https://cloud.google.com/workflows/docs/reference/syntax"},
		{"callLogLevel", oneOf("CALL_LOG_LEVEL_UNSPECIFIED", "LOG_ALL_CALLS", "LOG_ERRORS_ONLY", "LOG_NONE"), workflowSource},
		{"userEnvVars{key}", variable, workflowSource},
		{"userEnvVars{}", length(0, 40<<10), workflowSource},
	},
	whole: func(in inputs) []Failure {
		if v, given, known := in.Get("userEnvVars"); given && known && v.IsObject() && len(v.ObjectValue()) > 20 {
			return []Failure{{Property: "userEnvVars", Source: workflowSource,
				Reason: fmt.Sprintf("expected at most 20 environment variables, got %d", len(v.ObjectValue()))}}
		}
		return nil
	},
})

// variable wants the name of an environment variable of a workflow.
var variable = text(func(v string) string {
	switch {
	case v == "":
		return "a variable's name is not empty"
	case strings.HasPrefix(v, "GOOGLE") || strings.HasPrefix(v, "WORKFLOWS"):
		return "names that begin with GOOGLE or WORKFLOWS are reserved"
	}
	return ""
})

// definition says what is wrong with a workflow's source, at its first mistake.
func definition(s subject) string {
	if !s.Value.IsString() {
		return ""
	}
	source := s.Value.StringValue()
	if source == "" {
		return "" // no definition is one that the provider refuses to send
	}
	_, problems := syntax.Parse("", []byte(source))
	if len(problems) == 0 {
		return ""
	}
	p := problems[0]
	reason := fmt.Sprintf("%s is not a workflow: line %d, column %d: %s", s.Name, p.Line, p.Column, p.Summary)
	if p.Detail != "" {
		reason += ": " + p.Detail
	}
	if more := len(problems) - 1; more > 0 {
		reason += fmt.Sprintf(" (and %d more)", more)
	}
	return reason
}
