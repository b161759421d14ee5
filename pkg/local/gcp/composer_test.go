package gcp

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
)

// An environment of generation 3, and parts of it.
var (
	software = object{"imageVersion": "composer-3-airflow-2.10.5-build.15", "envVariables": object{"DOP_LOCATION": "EU"}}
	node     = object{"serviceAccount": runner, "network": "vpc", "subnetwork": "subnet"}
	config   = object{
		"environmentSize": "ENVIRONMENT_SIZE_SMALL", "softwareConfig": software, "nodeConfig": node,
		"webServerNetworkAccessControl": object{"allowedIpRanges": []any{object{"value": "10.0.0.0/8", "description": "us"}, object{"value": "192.168.0.0/16"}}},
	}
	environment = object{"name": "prod-composer", "region": "europe-west2", "labels": object{"a": "1"}, "config": config}
)

// nested is a value below an output.
func nested(m providertest.Made, path ...string) any {
	return in(resource.PropertyMap(m.Out).Mappable(), path...)
}

// The environment has what Composer computes, and its bucket is a bucket like others.
func TestEnvironmentHasABucket(t *testing.T) {
	f := world(t)
	m := f.Make(environmentType, "e", environment)
	bucket, _ := nested(m, "storageConfig", "bucket").(string)
	require.Regexp(t, `^europe-west2-prod-composer-[0-9a-f]{8}-bucket$`, bucket)
	assert.Equal(t, "gs://"+bucket+"/dags", nested(m, "config", "dagGcsPrefix"))
	assert.Regexp(t, `^https://[0-9a-f]{32}-dot-europe-west2\.composer\.googleusercontent\.com$`, nested(m, "config", "airflowUri"))
	assert.Equal(t, "", nested(m, "config", "gkeCluster"))
	assert.Equal(t, inProject+"/global/networks/vpc", nested(m, "config", "nodeConfig", "network"))
	assert.Equal(t, "FREQ=WEEKLY;BYDAY=FR,SA,SU", nested(m, "config", "maintenanceWindow", "recurrence"))
	assert.Equal(t, 3.0, nested(m, "config", "workloadsConfig", "worker", "maxCount"))
	dir := f.Store.Layout().Bucket(bucket)
	require.DirExists(t, filepath.Join(dir, "dags"))
	read := f.Look(bucketType, resource.ID(bucket))
	assert.Equal(t, "EUROPE-WEST2", read.Outputs["location"].StringValue())
	assert.Equal(t, "prod-composer", read.Outputs["labels"].ObjectValue()["goog-composer-environment"].StringValue())
	f.Make(objectType, "dag", object{"bucket": bucket, "name": "dags/a.py", "content": "pass"})
	require.FileExists(t, filepath.Join(dir, "dags", "a.py"))

	changed := f.Change(m, with(environment, object{"labels": object{}}))
	assert.Equal(t, nested(m, "config"), nested(changed, "config"), "what Composer chose stays")
	large := f.Change(changed, with(environment, object{"config": with(config, object{"environmentSize": "ENVIRONMENT_SIZE_LARGE"})}))
	kept := f.Change(large, with(environment, object{"labels": object{}, "config": with(config, object{"environmentSize": nil})}))
	assert.Equal(t, "ENVIRONMENT_SIZE_LARGE", nested(kept, "config", "environmentSize"), "Composer keeps what is no longer asked for")
	require.NoError(t, f.Remove(kept))
	assert.FileExists(t, filepath.Join(dir, "dags", "a.py"), "Composer leaves the bucket behind")
	again := f.Make(environmentType, "e", environment)
	assert.NotEqual(t, bucket, nested(again, "storageConfig", "bucket"), "a new environment has a new bucket")
}

// A creation that was ended after its bucket was made takes the bucket up.
func TestEnvironmentIsMadeAgain(t *testing.T) {
	f := world(t)
	m := f.Make(environmentType, "e", environment)
	require.NoError(t, f.Store.Delete(environmentType, string(m.ID)))
	again := f.Make(environmentType, "e", environment)
	assert.Equal(t, nested(m, "storageConfig", "bucket"), nested(again, "storageConfig", "bucket"))
}

func TestEnvironmentWithItsOwnBucket(t *testing.T) {
	f := world(t)
	own := with(environment, object{"storageConfig": object{"bucket": "gs://data"}})
	m := f.Make(environmentType, "e", own)
	assert.Equal(t, "gs://data/dags", nested(m, "config", "dagGcsPrefix"))
	same, _ := f.Compare(m, with(environment, object{"storageConfig": object{"bucket": "data"}}))
	assert.Equal(t, plugin.DiffNone, same.Changes, "%v", same.DetailedDiff)
	require.NoError(t, f.Remove(m))
	assert.NotEmpty(t, f.Look(bucketType, "data").ID)
	_, err := f.TryMake(environmentType, "e", with(environment, object{"storageConfig": object{"bucket": "none"}}))
	assert.ErrorContains(t, err, "The specified bucket does not exist.")
}

// Composer 2 has a cluster and moves to no other network.
func TestEnvironmentOfGeneration2(t *testing.T) {
	f := world(t)
	second := with(config, object{"softwareConfig": object{"imageVersion": "composer-2.9.6-airflow-2.9.3"}})
	long := with(environment, object{"name": "an-environment-with-a-long-name", "config": second})
	m := f.Make(environmentType, "e", long)
	assert.Regexp(t, `^projects/local-project/locations/europe-west2/clusters/europe-west2-an-environment-[0-9a-f]{8}-gke$`, nested(m, "config", "gkeCluster"))
	bucket, _ := nested(m, "storageConfig", "bucket").(string)
	assert.Regexp(t, `^europe-west2-an-environment-[0-9a-f]{8}-bucket$`, bucket)
	moved := with(long, object{"config": with(second, object{"nodeConfig": with(node, object{"network": "other"})})})
	got, _ := f.Compare(m, moved)
	assert.Equal(t, []resource.PropertyKey{"config"}, got.ReplaceKeys)
	assert.True(t, got.DeleteBeforeReplace)
}

// A preview says what is known, and nothing of what is made.
func TestPreviewOfAnEnvironment(t *testing.T) {
	f := world(t)
	in := f.Checked(environmentType, "e", nil, environment)
	made, err := f.Create(t.Context(), plugin.CreateRequest{URN: providertest.URN(environmentType, "e"), Type: environmentType, Properties: in, Preview: true})
	require.NoError(t, err)
	config := made.Properties["config"].ObjectValue()
	for _, name := range []resource.PropertyKey{"dagGcsPrefix", "airflowUri"} {
		assert.True(t, config[name].IsComputed(), name)
	}
	assert.Equal(t, "ENVIRONMENT_SIZE_SMALL", config["environmentSize"].StringValue())
	folders, err := os.ReadDir(filepath.Dir(f.Store.Layout().Bucket("x")))
	require.NoError(t, err)
	for _, d := range folders {
		assert.NotRegexp(t, regexp.MustCompile(`-bucket$`), d.Name())
	}
}

// Images only go forwards; what is named exists.
func TestEnvironmentErrors(t *testing.T) {
	f := world(t)
	m := f.Make(environmentType, "e", environment)
	image := func(version string) object {
		return with(environment, object{"config": with(config, object{"softwareConfig": with(software, object{"imageVersion": version})})})
	}
	for version, want := range map[string]string{
		"composer-3-airflow-2.10.5-build.14": "cannot go back from composer-3-airflow-2.10.5-build.15 to composer-3-airflow-2.10.5-build.14",
		"composer-3-airflow-2.9.3-build.40":  "cannot go back",
		"composer-2.9.6-airflow-2.10.5":      "of Cloud Composer 3 cannot become one of Cloud Composer 2",
	} {
		_, err := f.TryChange(m, image(version))
		providertest.AssertCode(t, "badRequest", err)
		assert.ErrorContains(t, err, "Found 1 problem:")
		assert.ErrorContains(t, err, want)
	}
	alias, _ := f.Compare(m, image("composer-3-airflow-2"))
	assert.Equal(t, plugin.DiffNone, alias.Changes, "an alias of the image that is there")
	later := f.Change(m, image("composer-3-airflow-3.1.7-build.2"))
	assert.Equal(t, "composer-3-airflow-3.1.7-build.2", nested(later, "config", "softwareConfig", "imageVersion"))

	for name, tt := range map[string]struct {
		node object
		want string
	}{
		"network":    {object{"network": "none"}, "The resource 'projects/local-project/global/networks/none' was not found"},
		"subnetwork": {object{"network": "vpc", "subnetwork": "none"}, "subnetworks/none' was not found"},
		"account":    {object{"serviceAccount": "nobody@local-project.iam.gserviceaccount.com"}, "Service account nobody@local-project.iam.gserviceaccount.com does not exist."},
	} {
		_, err := f.TryMake(environmentType, name, with(environment, object{"name": "second", "config": with(config, object{"nodeConfig": tt.node})}))
		providertest.AssertCode(t, "badRequest", err)
		assert.ErrorContains(t, err, tt.want)
	}
	_, err := f.TryMake(environmentType, "again", environment)
	providertest.AssertCode(t, "alreadyExists", err)
	for _, m := range []providertest.Made{
		{Type: subnetworkType, Name: "subnet", ID: inProject + "/regions/europe-west2/subnetworks/subnet"},
	} {
		err := f.Remove(m)
		providertest.AssertCode(t, "resourceInUseByAnotherResource", err)
		assert.ErrorContains(t, err, "environments/prod-composer")
	}
}

// Without an image, and with an alias, the environment has one that dorc knows.
func TestImageOfAnEnvironment(t *testing.T) {
	f := world(t)
	f.Make(environmentType, "none", object{"name": "none"})
	for name, tt := range map[string]struct{ asked, want string }{
		"none":      {"", "^" + regexp.QuoteMeta(airflow.Default().Version) + "$"},
		"alias":     {"composer-3-airflow-2.10", `^composer-3-airflow-2\.10\.5-build\.\d+$`},
		"second":    {"composer-2-airflow-2", `^composer-2\.\d+\.\d+-airflow-2\.\d+\.\d+$`},
		"unheard":   {"composer-3-airflow-2.1", `^composer-3-airflow-2\.1$`},
		"not known": {"composer-3-airflow-2.10.5-build.999", `build\.999$`},
	} {
		given := object{}
		if tt.asked != "" {
			given = object{"softwareConfig": object{"imageVersion": tt.asked}}
		}
		in := object{"name": "of-" + strings.ReplaceAll(name, " ", "-"), "config": given}
		m := f.Make(environmentType, name, in)
		assert.Regexp(t, tt.want, nested(m, "config", "softwareConfig", "imageVersion"), name)
		same, _ := f.Compare(m, in)
		assert.Equal(t, plugin.DiffNone, same.Changes, "%s: %v", name, same.DetailedDiff)
	}
}

// Refreshing takes what is there, and a plan afterwards finds no change.
func TestRefreshOfAnEnvironment(t *testing.T) {
	f := world(t)
	m := f.Make(environmentType, "e", environment)
	for _, id := range []resource.ID{m.ID, "prod-composer", "europe-west2/prod-composer", "local-project/europe-west2/prod-composer"} {
		assert.Equal(t, m.ID, f.Look(environmentType, id).ID)
	}
	read := f.Look(environmentType, m.ID)
	m.In, m.Out = read.Inputs, read.Outputs
	for _, change := range []object{
		{}, {"nodeConfig": with(node, object{"network": inProject + "/global/networks/vpc"})}, {"environmentSize": nil}, {"nodeConfig": nil},
		{"webServerNetworkAccessControl": object{"allowedIpRanges": []any{object{"value": "192.168.0.0/16"}, object{"value": "10.0.0.0/8", "description": "us"}}}},
	} {
		got, _ := f.Compare(m, with(environment, object{"config": with(config, change)}))
		assert.Equal(t, plugin.DiffNone, got.Changes, "%v: %v", change, got.DetailedDiff)
	}
	got, _ := f.Compare(m, with(environment, object{"config": with(config, object{"softwareConfig": with(software, object{"envVariables": nil})})}))
	assert.Equal(t, map[string]plugin.PropertyDiff{"config.softwareConfig.envVariables": {Kind: plugin.DiffDelete, InputDiff: true}}, got.DetailedDiff)
}
