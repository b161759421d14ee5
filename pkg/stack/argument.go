package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pipelines"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Argument is what a run of an applied pipeline gets: the input, with the keys
// that it leaves out as the pipeline's own parameters have them. Only a pipeline of
// kind workflow needs that: a workflow of dorc's own knows its parameters, and
// functions have none. An input that is no object stays as it is.
func (p *Project) Argument(ctx context.Context, r Ref, input json.RawMessage) (json.RawMessage, error) {
	outputs, err := p.Outputs(ctx, r)
	if err != nil {
		return nil, err
	}
	standard := outputs[resource.PropertyKey(pipelines.ArgumentOutput)]
	if !standard.IsString() || !outputs["workflow_id"].IsString() {
		return input, nil
	}
	var given, all map[string]json.RawMessage
	if !bytes.HasPrefix(bytes.TrimSpace(input), []byte("{")) || json.Unmarshal(input, &given) != nil {
		return input, nil
	}
	if err := json.Unmarshal([]byte(standard.StringValue()), &all); err != nil {
		return nil, problem.Problem{Resource: "stack " + r.Name(), Summary: "its output " + pipelines.ArgumentOutput + " is no JSON object",
			Detail: err.Error(), Hint: "apply it again: dorc apply " + r.Command()}
	}
	maps.Copy(all, given)
	return json.Marshal(all)
}
