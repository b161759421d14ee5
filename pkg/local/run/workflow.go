package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/workflows/expression"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// workflow is an applied workflow with its checked definition.
type workflow struct {
	// id is projects/<project>/locations/<region>/workflows/<name>.
	id, name, project, region string
	definition                *syntax.Workflow
	// variables are those of the workflow's own that sys.get_env reads.
	variables map[string]string
	account   string
}

// isWorkflow tells the whole name of a workflow from what names a state machine.
func isWorkflow(reference string) bool {
	return strings.HasPrefix(reference, "projects/") && strings.Contains(reference, "/workflows/")
}

func workflowID(project, region, name string) string {
	return "projects/" + project + "/locations/" + region + "/workflows/" + name
}

// workflow finds a workflow by its whole name and reads its definition.
func (r *Runner) workflow(id string) (*workflow, error) {
	all, err := r.documents.List(typeWorkflow)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, doc := range all {
		w := &workflow{name: text(doc, "name"), project: text(doc, "project"), region: text(doc, "region"), variables: table(doc, "userEnvVars"), account: text(doc, "serviceAccount")}
		w.id = workflowID(w.project, w.region, w.name)
		names = append(names, w.id)
		if w.id != id {
			continue
		}
		definition, problems := syntax.Parse("workflow "+w.name, []byte(text(doc, "sourceContents")))
		if len(problems) > 0 {
			return nil, problems
		}
		w.definition = definition
		return w, nil
	}
	p := problem.Problem{Resource: "workflow " + id[strings.LastIndexByte(id, '/')+1:], Summary: "it is not applied to the local target",
		Detail: id, Hint: "apply its pipeline first"}
	if near := problem.Nearest(id, names); near != "" {
		p.Hint += "; the nearest that is applied is " + near
	}
	return nil, p
}

// maxArgument is the limit of an execution's argument, 32 KB (https://cloud.google.com/workflows/quotas).
const maxArgument = 32 << 10

// decodeArgument reads the argument of an execution.
func decodeArgument(data []byte) (any, error) {
	if len(data) > maxArgument {
		return nil, problem.Problem{Resource: "input", Summary: "the input is too large",
			Detail: fmt.Sprintf("It has %d bytes; Workflows takes at most %d (https://cloud.google.com/workflows/quotas).", len(data), maxArgument)}
	}
	v, err := expression.DecodeJSON(data)
	if err != nil {
		return nil, problem.Problem{Resource: "input", Summary: "the input is not JSON", Detail: err.Error()}
	}
	return v, nil
}

// runWorkflow executes a workflow to its end, and waits for what it started.
func (r *Runner) runWorkflow(ctx context.Context, id string, input json.RawMessage, on func(Event)) (*Execution, error) {
	argument, err := decodeArgument(input)
	if err != nil {
		return nil, err
	}
	if r.options.Container {
		return nil, problem.Problem{Resource: "--container", Summary: "Dataflow jobs do not run in containers here", Hint: "leave it out: jobs run with this machine's Python"}
	}
	w, err := r.workflow(id)
	if err != nil {
		return nil, err
	}
	f, err := newFlow(ctx, r)
	if err != nil {
		return nil, err
	}
	record, err := f.begin(w, input, nil, on)
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	execution, err := f.execute(ctx, w, argument, record)
	return execution, errors.Join(err, f.close())
}

// secret is the value of a secret's version, given by projects/…/secrets/…/versions/<number or latest>.
func (r *Runner) secret(name string) (version *cloud.Document, err error) {
	secret, wanted, ok := strings.Cut(name, "/versions/")
	if !ok {
		return nil, fmt.Errorf("%s is no version of a secret", name)
	}
	all, err := r.documents.List(typeSecretVersion)
	if err != nil {
		return nil, err
	}
	for _, doc := range all {
		enabled, set := doc.Outputs["enabled"].(bool)
		if !sameSecret(text(doc, "secret"), secret) || set && !enabled {
			continue
		}
		number := versionOf(doc)
		if number == wanted || wanted == "latest" && (version == nil || later(number, versionOf(version))) {
			version = doc
		}
	}
	if version == nil {
		return nil, cloud.ErrNotFound
	}
	return version, nil
}

// sameSecret compares names of secrets: whole ones with a project's ID or number, or bare ones.
func sameSecret(a, b string) bool {
	if a[strings.LastIndexByte(a, '/')+1:] != b[strings.LastIndexByte(b, '/')+1:] {
		return false
	}
	p, q := part(a, "projects"), part(b, "projects")
	return p == q || isNumber(p) || isNumber(q)
}

// isNumber is true for a project's number, and for a project that is not named.
func isNumber(project string) bool { return strings.Trim(project, "0123456789") == "" }

func versionOf(doc *cloud.Document) string { return doc.ID[strings.LastIndexByte(doc.ID, '/')+1:] }

// later compares numbers by their digits.
func later(a, b string) bool { return len(a) > len(b) || len(a) == len(b) && a > b }
