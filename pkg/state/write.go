package state

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// byteStringFeature says that a string is not UTF-8. It cannot be seen in a
// serialized deployment when the string is a secret, so it is never taken away.
const (
	byteStringFeature = "byteString"
	snippetsFeature   = "snippets-prototype"
)

// Write replaces the stack's whole state. Operations write through a journal
// instead; this is for repairs. The state must be the one that was read last.
func (st *Stack) Write(ctx context.Context, lease *Lease, d *apitype.DeploymentV3) error {
	if err := checkName(st.name); err != nil {
		return err
	}
	left, err := st.leftJournals(ctx)
	if err != nil {
		return err
	}
	if len(left) > 0 {
		return problem.Problem{
			File: left[0].place, Summary: "an earlier operation left its journal, which the new state would make useless",
			Hint: "run `dorc state recover` first",
		}
	}
	st.mu.Lock()
	last := st.last
	st.mu.Unlock()
	if last == nil {
		if last, err = st.Read(ctx); err != nil {
			return err
		}
	}
	d = copyDeployment(d)
	d.SecretsProviders = usedProvider(d.SecretsProviders)
	stamp(d, time.Time{})
	typed := withFeatures(d, slices.Contains(last.Features, byteStringFeature))
	if err := verifyRules(typed); err != nil {
		return problem.Problem{
			Resource: "stack " + st.name, Summary: "the new state breaks the rules of a state file", Detail: err.Error(),
			Hint: "nothing was changed",
		}
	}
	data, err := st.encodeCheckpoint(last.key, typed)
	if err != nil {
		return err
	}
	return st.replaceFile(ctx, lease, last.key, last.Serial, data)
}

// withFeatures finds the schema version and features that the deployment needs.
func withFeatures(d *apitype.DeploymentV3, byteStrings bool) apitype.TypedDeployment {
	features := map[string]bool{}
	for _, r := range d.Resources {
		stack.ApplyFeatures(r, byteStrings, features)
	}
	for _, op := range d.PendingOperations {
		stack.ApplyFeatures(op.Resource, byteStrings, features)
	}
	if len(d.Snippets) > 0 {
		features[snippetsFeature] = true
	}
	t := apitype.TypedDeployment{Deployment: d, Version: apitype.DeploymentSchemaVersionCurrent}
	if len(features) > 0 {
		t.Version = apitype.DeploymentSchemaVersionLatest
		t.Features = slices.Sorted(maps.Keys(features))
	}
	return t
}
