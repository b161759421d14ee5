package gcp

import (
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/archive"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
)

func TestCheckRefusals(t *testing.T) {
	job := object{"name": "j", "schedule": "* * * * *"}
	for name, tt := range map[string]struct {
		typ            tokens.Type
		in             object
		property, want string
	}{
		"misspelt":         {bucketType, object{"location": "EU", "storage_class": "STANDARD"}, "storage_class", `did you mean "storageClass"?`},
		"no target":        {jobType, job, "appEngineHttpTarget", "one of `pubsubTarget,httpTarget,appEngineHttpTarget` must be specified"},
		"App Engine":       {jobType, with(job, object{"appEngineHttpTarget": object{"relativeUri": "/"}}), "appEngineHttpTarget", "no App Engine"},
		"locked bucket":    {bucketType, object{"name": "abc", "location": "EU", "retentionPolicy": object{"retentionPeriod": 60.0}}, "retentionPolicy", "leave it out"},
		"remote":           {repositoryType, object{"repositoryId": "r", "format": "DOCKER", "mode": "REMOTE_REPOSITORY", "remoteRepositoryConfig": object{"dockerRepository": object{}}}, "remoteRepositoryConfig", "one's own"},
		"key":              {workflowType, object{"name": "w", "sourceContents": definition, "cryptoKeyName": "k"}, "cryptoKeyName", "no keys"},
		"key of an object": {objectType, object{"bucket": "b", "name": "n", "content": "c", "kmsKeyName": "k"}, "kmsKeyName", "leave it out"},
		"long name":        {objectType, object{"bucket": "b", "name": string(make([]byte, 300)), "content": "c"}, "name", "longer than a file name"},
		"existing account": {accountType, object{"accountId": "runner", "createIgnoreAlreadyExists": true}, "createIgnoreAlreadyExists", "dorc import"},
		"key of a dataset": {datasetType, object{"datasetId": "d", "defaultEncryptionConfiguration": object{"kmsKeyName": "k"}}, "defaultEncryptionConfiguration", "no keys"},
		"foreign dataset":  {datasetType, object{"datasetId": "d", "externalDatasetReference": object{"connection": "c", "externalSource": "s"}}, "externalDatasetReference", "one's own"},
		"folder and org":   {projectType, object{"projectId": "example-data", "orgId": "1", "folderId": "2"}, "folderId", "conflicts with orgId"},
		"both kinds":       {firewallType, object{"name": "f", "network": "n", "allows": []any{object{"protocol": "tcp"}}, "denies": []any{object{"protocol": "tcp"}}, "sourceRanges": []any{"10.0.0.0/8"}}, "allows", "only one of"},
	} {
		t.Run(name, func(t *testing.T) {
			got := newFixture(t).TryCheck(tt.typ, "x", nil, resource.NewPropertyMapFromMap(tt.in))
			reasons := map[string]string{}
			for _, f := range got.Failures {
				reasons[string(f.Property)] = f.Reason
			}
			assert.Contains(t, reasons[tt.property], tt.want, "%v", reasons)
		})
	}
	got := newFixture(t).TryCheck(objectType, "x", nil, resource.PropertyMap{
		"bucket": resource.NewStringProperty("b"), "source": resource.NewArchiveProperty(&archive.Archive{Path: "x"}),
	})
	require.Len(t, got.Failures, 1)
	assert.Contains(t, got.Failures[0].Reason, "not an archive")
}

func TestDefaultsAndNames(t *testing.T) {
	f := newFixture(t)
	bucket := f.Checked(bucketType, "Data", nil, object{"location": "EU"})
	assert.Regexp(t, `^data-[0-9a-f]{7}$`, bucket["name"].StringValue())
	assert.Equal(t, "STANDARD", bucket["storageClass"].StringValue())
	project := f.Checked(projectType, "data", nil, object{})
	assert.Regexp(t, `^data-[0-9a-f]{7}$`, project["projectId"].StringValue())
	assert.Equal(t, project["projectId"], project["name"])
	again := f.Checked(projectType, "data", project, object{})
	assert.Equal(t, project, again, "names are kept")
	job := f.Checked(jobType, "j", nil, object{"schedule": "* * * * *", "httpTarget": object{"uri": "https://example.com"}})
	assert.Equal(t, "180s", job["attemptDeadline"].StringValue())
	assert.Equal(t, "Etc/UTC", job["timeZone"].StringValue())
	workflow := f.Checked(workflowType, "w", nil, object{"namePrefix": "team-", "sourceContents": definition})
	assert.Regexp(t, `^team-[0-9a-f]{26}$`, workflow["name"].StringValue())
}

func TestConfig(t *testing.T) {
	for name, tt := range map[string]struct {
		in   object
		want string
	}{
		"misspelt":    {object{"projekt": "a"}, `did you mean "project"?`},
		"no project":  {object{"project": "X"}, `"X" cannot be the ID of a project`},
		"no region":   {object{"region": "europe-west22"}, "did you mean europe-west2?"},
		"labels":      {object{"defaultLabels": "{"}, "cannot be read"},
		"universe":    {object{"universeDomain": "example.com"}, "googleapis.com alone"},
		"attribution": {object{"addTerraformAttributionLabel": "true"}, "no label of its own"},
		"all good": {object{
			"project": "example-data", "region": "us-central1", "zone": "us-central1-a", "credentials": "x", "version": "7.38.0",
			"storageCustomEndpoint": "http://localhost", "defaultLabels": `{"a":"b"}`,
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := newFixture(t).CheckConfig(t.Context(), plugin.CheckConfigRequest{News: resource.NewPropertyMapFromMap(tt.in)})
			require.NoError(t, err)
			if tt.want == "" {
				assert.Empty(t, got.Failures)
				return
			}
			require.Len(t, got.Failures, 1)
			assert.Contains(t, got.Failures[0].Reason, tt.want)
		})
	}
}

func configure(f *providertest.Fixture, in object) {
	f.Helper()
	_, err := f.Configure(f.T.Context(), plugin.ConfigureRequest{Inputs: resource.NewPropertyMapFromMap(in)})
	require.NoError(f, err)
}

// What follows the provider's configuration is replaced when that changes, and what
// names its own is not.
func TestScope(t *testing.T) {
	f := world(t)
	own := object{"name": "own", "sourceContents": definition, "project": "local-project", "region": "europe-west2"}
	named := f.Make(workflowType, "own", own)
	follows := object{"name": "follows", "sourceContents": definition}
	m := f.Make(workflowType, "follows", follows)
	configure(f, object{"project": "example-data", "region": "us-central1"})
	changed, _ := f.Compare(m, follows)
	assert.ElementsMatch(t, []resource.PropertyKey{"project", "region"}, changed.ReplaceKeys)
	assert.False(t, changed.DeleteBeforeReplace)
	same, _ := f.Compare(named, own)
	assert.Equal(t, plugin.DiffNone, same.Changes)
	f.Make(serviceType, "workflows", object{"service": workflowsAPI.name})
	moved := f.Make(workflowType, "moved", follows)
	assert.Equal(t, resource.ID("projects/example-data/locations/us-central1/workflows/follows"), moved.ID)

	diff, err := f.DiffConfig(t.Context(), plugin.DiffConfigRequest{
		OldInputs: resource.NewPropertyMapFromMap(object{"project": "a-project"}), NewInputs: resource.NewPropertyMapFromMap(object{"project": "b-project"}),
	})
	require.NoError(t, err)
	assert.False(t, diff.Replace(), "the resources are replaced, not the provider")
}

func TestDefaultLabels(t *testing.T) {
	f := newFixture(t)
	in := object{"name": "labelled", "location": "EU", "labels": object{"a": "own"}}
	m := f.Make(bucketType, "b", in)
	configure(f, object{"defaultLabels": `{"a":"default","b":"default"}`})
	got, _ := f.Compare(m, in)
	assert.Equal(t, map[string]plugin.PropertyDiff{
		"effectiveLabels": {Kind: plugin.DiffUpdate}, "pulumiLabels": {Kind: plugin.DiffUpdate},
	}, got.DetailedDiff)
	m = f.Change(m, in)
	assert.Equal(t, object{"a": "own", "b": "default"}, m.Out["effectiveLabels"].Mappable())
	assert.Equal(t, m.Out["effectiveLabels"], m.Out["pulumiLabels"])
	got, _ = f.Compare(m, in)
	assert.Equal(t, plugin.DiffNone, got.Changes)
}

// Forms that mean the same do not differ.
func TestWhatDoesNotDiffer(t *testing.T) {
	f := world(t)
	for name, tt := range map[string]struct {
		typ      tokens.Type
		in, same object
	}{
		"location":   {bucketType, object{"name": "somewhere", "location": "eu"}, object{"location": "EU"}},
		"format":     {repositoryType, object{"repositoryId": "r2", "format": "docker"}, object{"format": "DOCKER"}},
		"account":    {workflowType, object{"name": "w2", "sourceContents": definition, "serviceAccount": runner}, object{"serviceAccount": runnerID}},
		"network":    {routerType, object{"name": "r2", "network": "vpc"}, object{"network": computeURL + inProject + "/global/networks/vpc"}},
		"network ID": {subnetworkType, object{"name": "s2", "network": inProject + "/global/networks/vpc", "ipCidrRange": "10.7.0.0/24"}, object{"network": "vpc"}},
		"set": {firewallType, object{"name": "f2", "network": "vpc", "sourceTags": []any{"a", "b"}, "allows": []any{object{"protocol": "tcp"}, object{"protocol": "udp"}}},
			object{"sourceTags": []any{"b", "a"}, "allows": []any{object{"protocol": "udp"}, object{"protocol": "tcp"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			m := f.Make(tt.typ, name, tt.in)
			got, _ := f.Compare(m, with(tt.in, tt.same))
			assert.Equal(t, plugin.DiffNone, got.Changes, "%v", got.DetailedDiff)
		})
	}
}
