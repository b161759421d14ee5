package naming

import (
	"errors"
	"strings"
	"testing"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var onGoogle = Names{Project: "ExampleDorc", Environment: "prod", GoogleProject: "exampledorc-data"}

func TestGoogleNames(t *testing.T) {
	tests := []struct {
		method string
		make   func(Names) (string, error)
		want   string
	}{
		{"repository", Names.GoogleRepository, "exampledorc"},
		{"artifacts bucket", Names.ArtifactsBucket, "exampledorc-data-artifacts"},
		{"environment's bucket", Names.DataflowBucket, "exampledorc-data-prod-dataflow"},
		{"data bucket", func(n Names) (string, error) { return n.GoogleBucket("Raw_Data") }, "exampledorc-data-prod-raw-data"},
		{"dataflow account", func(n Names) (string, error) { return n.ServiceAccount(DataflowAccount) }, "exampledorc-prod-dataflow"},
		{"workflows account", func(n Names) (string, error) { return n.ServiceAccount(WorkflowsAccount) }, "exampledorc-prod-workflows"},
		{"scheduler account", func(n Names) (string, error) { return n.ServiceAccount(SchedulerAccount) }, "exampledorc-prod-scheduler"},
		{"composer account", func(n Names) (string, error) { return n.ServiceAccount(ComposerAccount) }, "exampledorc-prod-composer"},
		{"dbt account", func(n Names) (string, error) { return n.ServiceAccount(DbtAccount) }, "exampledorc-prod-dbt"},
		{"composer environment", Names.Composer, "exampledorc-prod-composer"},
		{"service project", Names.ServiceProject, "exampledorc"},
		{"workflow", func(n Names) (string, error) { return n.Workflow("Raw", "clean_Up") }, "exampledorc-prod-raw-clean-up"},
		{"scheduler job", func(n Names) (string, error) { return n.SchedulerJob("Raw", "clean_Up") }, "exampledorc-prod-raw-clean-up"},
		{"named scheduler job", func(n Names) (string, error) { return n.NamedSchedulerJob("nightly") }, "ExampleDorc-prod-nightly"},
		{"secret", func(n Names) (string, error) { return n.Secret("orders_db") }, "ExampleDorc-prod-orders_db"},
		{"network", Names.Network, "exampledorc-prod-dataflow"},
		{"subnetwork", Names.Subnetwork, "exampledorc-prod-dataflow-private"},
		{"router", Names.Router, "exampledorc-prod-dataflow-router"},
		{"NAT", Names.NAT, "exampledorc-prod-dataflow-nat"},
		{"address", Names.Address, "exampledorc-prod-dataflow-nat-address"},
		{"firewall", Names.Firewall, "exampledorc-prod-dataflow-workers"},
	}
	for _, tt := range tests {
		t.Run(tt.method, func(t *testing.T) {
			got, err := tt.make(onGoogle)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			_, err = tt.make(Names{})
			assert.ErrorContains(t, err, "Set ")
		})
	}
	image, err := GoogleImage("Raw", "Clean_up")
	require.NoError(t, err)
	assert.Equal(t, "raw-clean-up", image)
	image, err = DbtImage("Weather_2")
	assert.NoError(t, err)
	assert.Equal(t, "dbt-weather_2", image)
	image, err = GoogleWorkerImage("Raw", "Clean_up")
	require.NoError(t, err)
	assert.Equal(t, "raw-clean-up-worker", image)
	job, err := DataflowJob("Clean_up")
	require.NoError(t, err)
	assert.Equal(t, "clean-up", job)
}

func TestGoogleRefused(t *testing.T) {
	tests := []struct {
		name string
		make func() (string, error)
		want string
	}{
		{"no Google project", func() (string, error) { return example.GoogleBucket("raw") }, "Set gcp.project_id"},
		{"no environment", func() (string, error) { return Names{Project: "a", GoogleProject: "b"}.Network() }, "Set environment"},
		{"account with a digit first", func() (string, error) {
			return Names{Project: "1st", Environment: "e"}.ServiceAccount(DataflowAccount)
		}, "a letter at the beginning"},
		{"Google's own bucket", func() (string, error) {
			return Names{Project: "p", Environment: "e", GoogleProject: "goog-data"}.DataflowBucket()
		}, "cannot begin with goog"},
		{"google in a bucket", func() (string, error) { return onGoogle.GoogleBucket("google") }, "google in it"},
		{"workflow with a digit first", func() (string, error) {
			return Names{Project: "1st", Environment: "e"}.Workflow("a", "b")
		}, "workflows/docs"},
		{"secret with a period", func() (string, error) { return onGoogle.Secret("a.b") }, "Secret Manager"},
		{"job with a digit first", func() (string, error) { return DataflowJob("1st") }, "Dataflow job"},
		{"image of a dbt project with a space", func() (string, error) { return DbtImage("my weather") }, "container image"},
		{"image with a capital beyond ASCII", func() (string, error) { return GoogleImage("a", "Ä") }, "container image"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.make()
			var p problem.Problem
			require.True(t, errors.As(err, &p), "want a problem, got %v", err)
			assert.NotEmpty(t, p.Resource)
			assert.NotEmpty(t, p.Hint)
			assert.Contains(t, p.Error(), tt.want)
		})
	}
}

// Names that are too long keep what tells them apart. They are in clouds already:
// a change here would replace what people run.
func TestGoogleShortened(t *testing.T) {
	n := Names{Project: "ExampleDataPipelines", Environment: "production", GoogleProject: "exampledorc-data"}
	for kind, want := range map[string]string{
		ComposerAccount: "exampledatap-c5a2b66a-composer", DbtAccount: "exampledatapipeli-c5a2b66a-dbt",
		DataflowAccount: "exampledatap-c5a2b66a-dataflow", WorkflowsAccount: "exampledata-c5a2b66a-workflows", SchedulerAccount: "exampledata-c5a2b66a-scheduler",
	} {
		got, err := n.ServiceAccount(kind)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.LessOrEqual(t, len(got), 30)
	}
	long := strings.Repeat("long-", 20)
	name, err := onGoogle.Workflow("raw", long+"a_b")
	require.NoError(t, err)
	assert.Equal(t, "exampledorc-prod-raw-long-long-long-long-long-long-long-3a55dc66", name)
	other, err := onGoogle.Workflow("raw", long+"A_b")
	require.NoError(t, err)
	assert.NotEqual(t, name, other, "another case")

	bucket, err := onGoogle.GoogleBucket(long)
	require.NoError(t, err)
	assert.Len(t, bucket, 63)
	job, err := DataflowJob(long)
	require.NoError(t, err)
	assert.LessOrEqual(t, len(job+"-20240131-235959"), 63)
}

func TestServiceProject(t *testing.T) {
	for project, want := range map[string]string{"ExampleDorc": "exampledorc", "My_Data-2": "my_data-2", "a.b c": "a-b-c"} {
		got, err := Names{Project: project}.ServiceProject()
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	for _, name := range []string{"", "a/b", "..", "A", "-a", "_a", strings.Repeat("a", 64)} {
		var p problem.Problem
		assert.True(t, errors.As(CheckServiceProject(name), &p), name)
	}
	assert.Equal(t, "dags/dop_a/", DAGPrefix("a"))
	assert.Equal(t, "/home/airflow/gcs/dags/dop_a", DAGFolder("a"))
}

func TestLabel(t *testing.T) {
	for _, tt := range []struct{ key, value, wantKey, wantValue string }{
		{"team", "data", "team", "data"},
		{"Cost Centre", "0012 / London", "cost-centre", "0012-london"},
		{"ärzte", "Ärzte", "ärzte", "ärzte"},
		{"empty", "", "empty", ""},
		{"a_b", "x@example.com", "a_b", "x-example-com"},
	} {
		key, value, err := Label(tt.key, tt.value)
		require.NoError(t, err)
		assert.Equal(t, tt.wantKey, key)
		assert.Equal(t, tt.wantValue, value)
	}
	for name, tt := range map[string][2]string{
		"digit first": {"1st", "a"}, "nothing": {"", "a"}, "long key": {strings.Repeat("k", 64), "a"}, "long value": {"k", strings.Repeat("v", 64)},
	} {
		_, _, err := Label(tt[0], tt[1])
		var p problem.Problem
		require.True(t, errors.As(err, &p), name)
		assert.NotEmpty(t, p.Hint)
		assert.Contains(t, p.Detail, "labels-overview")
	}
}

// FuzzGoogleNames holds that names without an error keep their limits, and that
// two accounts are never one.
func FuzzGoogleNames(f *testing.F) {
	f.Add("ExampleDorc", "prod", "exampledorc-data", "raw", "weather")
	f.Add("ExampleDataPipelines", "production", "p", strings.Repeat("l", 70), "a_b")
	f.Add("", "", "", "", "é")
	f.Fuzz(func(t *testing.T, project, env, google, layer, pipeline string) {
		n := Names{Project: project, Environment: env, GoogleProject: google}
		for what, check := range map[string]struct {
			limit limit
			make  func() (string, error)
		}{
			"account":    {serviceAccountLimit, func() (string, error) { return n.ServiceAccount(DataflowAccount) }},
			"workflow":   {workflowLimit, func() (string, error) { return n.Workflow(layer, pipeline) }},
			"bucket":     {googleBucketLimit, func() (string, error) { return n.GoogleBucket(layer) }},
			"address":    {computeLimit, n.Address},
			"repository": {googleRepositoryLimit, n.GoogleRepository},
			"image":      {imageLimit, func() (string, error) { return GoogleImage(layer, pipeline) }},
			"composer":   {composerLimit, n.Composer},
			"service":    {serviceProjectLimit, n.ServiceProject},
			"job":        {dataflowJobLimit, func() (string, error) { return DataflowJob(pipeline) }},
		} {
			name, err := check.make()
			if err == nil && (len(name) > check.limit.max || len(name) < check.limit.min || !check.limit.pattern.MatchString(name)) {
				t.Fatalf("bad %s %q", what, name)
			}
		}
		one, err1 := n.ServiceAccount(DataflowAccount)
		two, err2 := n.ServiceAccount(WorkflowsAccount)
		if err1 == nil && err2 == nil && one == two {
			t.Fatalf("two accounts are called %q", one)
		}
		if key, value, err := Label(layer, pipeline); err == nil {
			again, same, err := Label(key, value)
			if err != nil || again != key || same != value {
				t.Fatalf("label %q=%q becomes %q=%q, %v", key, value, again, same, err)
			}
		}
	})
}
