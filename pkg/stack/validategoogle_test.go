package stack

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dorc-dev/dorc/pkg/config"
)

// Names on Google Cloud are of one environment; accounts of someone else may serve
// several.
func TestGoogleNames(t *testing.T) {
	u := &config.Universal{Project: "p", GCP: &config.GoogleUniversal{ProjectID: "example-data", Region: "europe-west2"}}
	check := func(environments ...config.Environment) (said []string) {
		names := googleNames{}
		for _, e := range environments {
			for _, p := range names.environment("infra/Pulumi."+e.Environment+".yaml", u, &e) {
				said = append(said, p.Error())
			}
		}
		return said
	}
	with := func(name string, g config.GoogleEnvironment) config.Environment {
		return config.Environment{Environment: name, GCP: &g}
	}
	assert.Empty(t, check(with("dev", config.GoogleEnvironment{}), with("prod", config.GoogleEnvironment{})))
	shared := config.ServiceAccount{Email: "a@b.iam.gserviceaccount.com", External: true}
	assert.Empty(t, check(with("dev", config.GoogleEnvironment{Workflows: shared}), with("prod", config.GoogleEnvironment{Workflows: shared})))

	assert.Equal(t, []string{
		"infra/Pulumi.prod.yaml: the environments dev and prod have the same bucket on Google Cloud\n" +
			"  it is example-bucket\n  give one of them another gcp.bucket_name",
		"infra/Pulumi.prod.yaml: the environments dev and prod have the same service account on Google Cloud\n" +
			"  it is launcher@example-data.iam.gserviceaccount.com\n  give one of them another id",
	}, check(
		with("dev", config.GoogleEnvironment{BucketName: "example-bucket", Workflows: config.ServiceAccount{ID: "launcher"}}),
		with("prod", config.GoogleEnvironment{BucketName: "example-bucket", Workflows: config.ServiceAccount{ID: "launcher"}}),
	))
	assert.Len(t, check(
		with("a", config.GoogleEnvironment{DataBuckets: []config.DataBucket{{Name: "b-c"}}}),
		with("a-b", config.GoogleEnvironment{DataBuckets: []config.DataBucket{{Name: "c"}}}),
	), 1)
	assert.Empty(t, check(with("dev", config.GoogleEnvironment{Composer: &config.Composer{}}), with("prod", config.GoogleEnvironment{Composer: &config.Composer{}})))
	existing := config.GoogleEnvironment{Composer: &config.Composer{Existing: "shared", Bucket: "shared-bucket"}}
	assert.Equal(t, []string{
		"infra/Pulumi.prod.yaml: the environments dev and prod have the same Cloud Composer environment on Google Cloud\n" +
			"  it is example-data/europe-west2/shared\n  give one of them a Cloud Composer of its own: the DAGs of both would lie in one folder",
	}, check(with("dev", existing), with("prod", existing)))
	long := config.GoogleEnvironment{DataBuckets: []config.DataBucket{{Name: "google"}}}
	assert.Len(t, check(with("dev", long)), 1, "a name that Google refuses")
}
