package cloudproof

import (
	"fmt"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/test/cloudproof/recorded"
)

// request is a recorded creation, for the program replay.
type request struct {
	Type    string         `json:"type"`
	Name    string         `json:"name"`
	ID      string         `json:"id"`
	Inputs  map[string]any `json:"inputs"`
	Outputs map[string]any `json:"outputs"`
	// Manifest is that of a function's image, where one was really built.
	Manifest string `json:"manifest"`
}

// reported is what moto has of one of them.
type reported struct {
	Type, Name, Error string
	Expected, Found   map[string]any
	// Left are inputs that the program replay did not look at.
	Left []string
}

// notInMoto are the settings that moto takes and does not give back, by type. One
// that it does give back does not belong here, and the test says so.
var notInMoto = map[string][]string{
	// Moto's Lambda has no LoggingConfig.
	"aws:lambda/function:Function": {"LoggingConfig"},
	// Moto keeps it and acts on it, as TestMotoStartsPipelines shows, but does not list it.
	"aws:s3/bucketNotification:BucketNotification": {"EventBridge"},
}

// Everything that dorc asks of AWS for the example, with all that an environment
// can have, is accepted by moto with the same names, documents and settings, and
// under the same ARNs; the images that are built and pushed for it too.
func TestMotoAcceptsWhatTheExampleNeeds(t *testing.T) {
	// A function's image must be in moto's ECR.
	m := startMoto(t, "MOTO_LAMBDA_STUB_ECR=false")
	needPythonIndex(t)
	host := startRegistry(t)
	var around struct {
		VPC     string
		Subnets []string
		Policy  string
	}
	m.replay(t, "surroundings", nil, &around)
	dir := exampleCopy(t, ofRegistry(host), [3]string{"infra/Pulumi.prod.yaml", "  environment: prod\n", fmt.Sprintf(`  environment: prod
  vpc_id: %s
  private_subnet_ids: [%s, %s]
  additional_lambda_role_policy_arn: %[4]s
  additional_state_function_role_policy_arn: %[4]s
  additional_cloudevent_state_machine_trigger_role_policy_arn: %[4]s
`, around.VPC, around.Subnets[0], around.Subnets[1], around.Policy)})
	p := newProof(t, dir, options{registry: host, endpoint: m.url})
	_, err := p.project.Preflight(t.Context(), false, env)
	require.NoError(t, err)
	for _, ref := range stacks(t, p.project) {
		p.apply(t, ref)
	}
	created := p.recorder.Calls("Create", false)
	seen := map[string]bool{}
	for _, r := range m.create(t, created, manifests(t, created)) {
		what := r.Type + " " + r.Name
		seen[r.Type] = true
		if !assert.Empty(t, r.Error, what) {
			continue
		}
		assert.Empty(t, r.Left, "%s: inputs that were not looked at", what)
		for _, key := range notInMoto[r.Type] {
			assert.NotEqual(t, r.Expected[key], r.Found[key], "%s %s: moto has it now", what, key)
			delete(r.Expected, key)
			delete(r.Found, key)
		}
		assert.Equal(t, r.Expected, r.Found, what)
	}
	for _, c := range created {
		assert.True(t, seen[string(c.Type)], "%s was not created", c.Type)
	}
	assert.Len(t, seen, 17, "every type that dorc's components create")
}

// manifests are those of the functions' images in the registry, by their URIs.
func manifests(t *testing.T, created []recorded.Call) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, c := range created {
		if c.Type != "aws:lambda/function:Function" {
			continue
		}
		ref, err := name.NewDigest(c.Inputs["imageUri"].StringValue())
		require.NoError(t, err)
		image, err := remote.Get(ref)
		require.NoError(t, err)
		// Lambda refuses an index.
		assert.Contains(t, []types.MediaType{types.OCIManifestSchema1, types.DockerManifestSchema2}, image.MediaType)
		found[ref.Name()] = string(image.Manifest)
	}
	assert.Len(t, found, 4)
	return found
}

// What a person puts below the trigger's prefix starts the pipeline; what the
// pipeline writes itself does not.
func TestMotoStartsPipelines(t *testing.T) {
	m := startMoto(t)
	p := newProof(t, exampleCopy(t, ofRegistry(startRegistry(t))), options{})
	for _, ref := range stacks(t, p.project) {
		p.apply(t, ref)
	}
	for _, r := range m.create(t, p.recorder.Calls("Create", false), nil) {
		require.Empty(t, r.Error, "%s %s", r.Type, r.Name)
	}
	type object struct {
		Bucket string `json:"bucket"`
		Key    string `json:"key"`
	}
	const raw, processed = "exampledorc-prod-raw-" + account, "exampledorc-prod-processed-" + account
	var started []struct {
		Source     string
		DetailType string `json:"detail-type"`
		Detail     struct {
			Bucket struct{ Name string }
			Object struct{ Key string }
		}
	}
	m.replay(t, "trigger", map[string]any{
		"rule": "ExampleDorc-prod-raw-to-processed-weather-object-1",
		"objects": []object{
			{raw, "uploads/weather/today.csv"},
			{raw, "weather/seattle-weather.csv"}, // extract's
			{raw, "failures/weather/now.json"},   // report_failure's
			{processed, "uploads/weather/today.csv"},
			{raw, "uploads/weather/of tomorrow.csv"},
		},
	}, &started)
	var keys []string
	for _, e := range started {
		assert.Equal(t, raw, e.Detail.Bucket.Name)
		keys = append(keys, e.Detail.Object.Key)
	}
	assert.Equal(t, []string{"uploads/weather/today.csv", "uploads/weather/of tomorrow.csv"}, keys)
}

// create does recorded creations in moto, with the manifests of functions' images by their URIs.
func (m *moto) create(t *testing.T, calls []recorded.Call, manifests map[string]string) []reported {
	t.Helper()
	var requests []request
	for _, c := range calls {
		r := request{Type: string(c.Type), Name: c.Name, ID: string(c.ID), Inputs: c.Inputs.Mappable(), Outputs: c.Outputs.Mappable()}
		delete(r.Inputs, "__defaults")
		if uri, ok := r.Inputs["imageUri"].(string); ok {
			r.Manifest = manifests[uri]
		}
		requests = append(requests, r)
	}
	var report []reported
	m.replay(t, "create", requests, &report)
	require.Len(t, report, len(calls))
	return report
}
