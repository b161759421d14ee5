package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dorc-dev/dorc/pkg/beam/yamlpipeline"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

func days(n int) *int { return &n }

func TestLoadGoogle(t *testing.T) {
	u, err := config.LoadUniversal(file(t, "Pulumi.universal.yaml", `config:
  project: ExampleDorc
  aws: false
  gcp:
    project_id: exampledorc-data
    region: europe-west2
    create_project: {name: Example data, billing_account_id: 012345-6789AB-CDEF01, organization_id: "123"}
    repository_name: images
    bucket_name: exampledorc_artifacts
    service_project: data_warehouse
    apis: [bigquery.googleapis.com, pubsub.googleapis.com]
    python_version: "3.11"
    launcher_image: gcr.io/dataflow-templates-base/python311-template-launcher-base
    sdk_image: example.com/beam:1
    dbt_base_image: python:3.12-slim
    airflow_base_image: example.com/python:3.11
`))
	if err != nil {
		t.Fatal(err)
	}
	want := &config.GoogleUniversal{
		ProjectID: "exampledorc-data", Region: "europe-west2",
		CreateProject:  &config.CreateProject{Name: "Example data", BillingAccountID: "012345-6789AB-CDEF01", OrganizationID: "123"},
		RepositoryName: "images", BucketName: "exampledorc_artifacts", ServiceProject: "data_warehouse",
		APIs: []string{"bigquery.googleapis.com", "pubsub.googleapis.com"}, PythonVersion: "3.11",
		LauncherImage: "gcr.io/dataflow-templates-base/python311-template-launcher-base", SDKImage: "example.com/beam:1", DbtBaseImage: "python:3.12-slim", AirflowBaseImage: "example.com/python:3.11",
	}
	if !u.NoAWS || !reflect.DeepEqual(u.GCP, want) {
		t.Errorf("got %+v, want %+v", u.GCP, want)
	}
	e, err := config.LoadEnvironment(file(t, "Pulumi.prod.yaml", `config:
  environment: prod
  gcp:
    project_id: exampledorc-prod
    region: europe-west1
    bucket_name: exampledorc-prod
    temp_retention_days: "0"
    force_destroy: true
    dataflow_worker_service_account: worker@exampledorc-prod.iam.gserviceaccount.com
    use_externally_managed_dataflow_sa: true
    workflows_service_account: launcher
    scheduler_service_account: ""
    use_externally_managed_scheduler_sa: false
    network: {name: my-vpc, subnetwork: my-subnet, project_id: host-project}
    data_buckets: [raw, {name: curated, force_destroy: true}]
    connection_profiles:
      orders: {host: db.example.com, port: "5432", database: orders, user: reader}
`), "prod", config.Of(u))
	if err != nil {
		t.Fatal(err)
	}
	wantEnv := &config.GoogleEnvironment{
		ProjectID: "exampledorc-prod", Region: "europe-west1", BucketName: "exampledorc-prod", TempRetentionDays: days(0), ForceDestroy: true,
		DataflowWorker:     config.ServiceAccount{Email: "worker@exampledorc-prod.iam.gserviceaccount.com", External: true},
		Workflows:          config.ServiceAccount{ID: "launcher"},
		Network:            config.GoogleNetwork{Name: "my-vpc", Subnetwork: "my-subnet", ProjectID: "host-project"},
		DataBuckets:        []config.DataBucket{{Name: "raw"}, {Name: "curated", ForceDestroy: true}},
		ConnectionProfiles: map[string]config.ConnectionProfile{"orders": {Host: "db.example.com", Port: 5432, Database: "orders", User: "reader"}},
	}
	if !reflect.DeepEqual(e.GCP, wantEnv) {
		t.Errorf("got %+v, want %+v", e.GCP, wantEnv)
	}
}

// An environment is read together with its project.
func TestTogether(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
		universal        config.Universal
	}{
		{name: "gcp without a project's block", text: "config:\n  environment: prod\n  gcp: {}\n",
			want: "infra/Pulumi.prod.yaml:3:8: gcp without a block gcp of the project\n" +
				"  the images of every environment are in one repository, which the project has\n" +
				"  add gcp: {project_id: …, region: …} to universal/Pulumi.universal.yaml"},
		{name: "AWS's keys without AWS", universal: config.Universal{NoAWS: true, GCP: &config.GoogleUniversal{}},
			text: "config:\n  environment: prod\n  data_buckets: [raw]\n  log_retention_days: 7\n",
			want: "infra/Pulumi.prod.yaml:3:17: data_buckets is about AWS, where this project has nothing\n" +
				"  aws is false in the project's configuration\n  move it below gcp:\n" +
				"infra/Pulumi.prod.yaml:4:23: log_retention_days is about AWS, where this project has nothing\n" +
				"  aws is false in the project's configuration\n  remove it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := config.LoadEnvironment(file(t, "Pulumi.prod.yaml", c.text), "prod", config.ShownAs("infra/Pulumi.prod.yaml"), config.Of(&c.universal))
			if err == nil || err.Error() != c.want {
				t.Errorf("got:\n%v\nwant:\n%s", err, c.want)
			}
		})
	}
}

func google() config.Universal {
	return config.Universal{Project: "ExampleDorc", GCP: &config.GoogleUniversal{ProjectID: "exampledorc-data", Region: "europe-west2"}}
}

func TestGoogleDefaults(t *testing.T) {
	u := google()
	u.GCP.CreateProject = &config.CreateProject{BillingAccountID: "012345-6789AB-CDEF01"}
	before := *u.GCP
	got, err := u.GoogleIn(config.Environment{Environment: "prod"})
	if err != nil {
		t.Fatal(err)
	}
	account := func(kind string) config.ServiceAccount {
		return config.ServiceAccount{ID: "exampledorc-prod-" + kind, Email: "exampledorc-prod-" + kind + "@exampledorc-data.iam.gserviceaccount.com"}
	}
	want := &config.Google{
		GoogleEnvironment: config.GoogleEnvironment{
			ProjectID: "exampledorc-data", Region: "europe-west2", BucketName: "exampledorc-data-prod-dataflow", TempRetentionDays: days(7),
			DataflowWorker: account("dataflow"), Workflows: account("workflows"), Scheduler: account("scheduler"),
			Network: config.GoogleNetwork{CIDR: "10.128.0.0/20"},
		},
		Universal: config.GoogleUniversal{
			ProjectID: "exampledorc-data", Region: "europe-west2",
			CreateProject:  &config.CreateProject{Name: "exampledorc-data", BillingAccountID: "012345-6789AB-CDEF01"},
			RepositoryName: "exampledorc", BucketName: "exampledorc-data-artifacts", ServiceProject: "exampledorc", PythonVersion: "3.12",
			LauncherImage: "gcr.io/dataflow-templates-base/python312-template-launcher-base",
			SDKImage:      "apache/beam_python3.12_sdk:" + yamlpipeline.BeamVersion(), DbtBaseImage: "python:3.11-slim", AirflowBaseImage: "python:3.11-slim",
		},
		Names:          naming.Names{Project: "ExampleDorc", Environment: "prod", GoogleProject: "exampledorc-data"},
		ServiceProject: "exampledorc",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if !reflect.DeepEqual(*u.GCP, before) || u.GCP.CreateProject.Name != "" {
		t.Error("the configuration itself was changed")
	}
	if got := got.Universal.RepositoryURL(); got != "europe-west2-docker.pkg.dev/exampledorc-data/exampledorc" {
		t.Errorf("repository %s", got)
	}
	if got, err := (config.Universal{Project: "a"}).GoogleIn(config.Environment{Environment: "prod"}); got != nil || err != nil {
		t.Errorf("without a block: %v, %v", got, err)
	}
}

func TestSubnetworkPath(t *testing.T) {
	for _, c := range []struct {
		network config.GoogleNetwork
		want    string
	}{
		{config.GoogleNetwork{}, "regions/europe-west2/subnetworks/own"},
		{config.GoogleNetwork{Name: "a", Subnetwork: "b"}, "regions/europe-west2/subnetworks/b"},
		{config.GoogleNetwork{Name: "a", Subnetwork: "b", ProjectID: "exampledorc-data"}, "regions/europe-west2/subnetworks/b"},
		{config.GoogleNetwork{Name: "a", Subnetwork: "b", ProjectID: "host-project"},
			"https://www.googleapis.com/compute/v1/projects/host-project/regions/europe-west2/subnetworks/b"},
	} {
		g, err := google().GoogleIn(config.Environment{Environment: "prod", GCP: &config.GoogleEnvironment{Network: c.network}})
		if err != nil {
			t.Fatal(err)
		}
		if got := g.SubnetworkPath("own"); got != c.want {
			t.Errorf("%+v: %s", c.network, got)
		}
	}
}

func TestStagingDays(t *testing.T) {
	for temp, want := range map[int]int{0: 0, 1: 30, 30: 30, 45: 45} {
		g := config.Google{GoogleEnvironment: config.GoogleEnvironment{TempRetentionDays: days(temp)}}
		if got := g.StagingDays(); got != want {
			t.Errorf("temp/ for %d days: staging/ for %d, want %d", temp, got, want)
		}
	}
}

// Tags that only AWS refuses are possible in a project without AWS.
func TestTagsWithoutAWS(t *testing.T) {
	const text = "config:\n  project: a\n  aws: %s\n  tags: {area: R&D}\n  gcp: {project_id: example-data, region: europe-west2}\n"
	if _, err := config.LoadUniversal(file(t, "Pulumi.universal.yaml", fmt.Sprintf(text, "false"))); err != nil {
		t.Error(err)
	}
	if _, err := config.LoadUniversal(file(t, "Pulumi.universal.yaml", fmt.Sprintf(text, "true"))); err == nil || !strings.Contains(err.Error(), "AWS refuses") {
		t.Errorf("got %v", err)
	}
}

// What cannot be in the cloud is refused when both blocks are put together.
func TestGoogleRefusals(t *testing.T) {
	for _, c := range []struct {
		name, want string
		change     func(*config.Universal, *config.GoogleEnvironment)
	}{
		{"no region", "project_id or region is missing", func(u *config.Universal, _ *config.GoogleEnvironment) { u.GCP.Region = "" }},
		{"no block of the project", "gcp without a block gcp of the project", func(u *config.Universal, _ *config.GoogleEnvironment) { u.GCP = nil }},
		{"a tag", "tag 1", func(u *config.Universal, _ *config.GoogleEnvironment) { u.Tags = map[string]string{"1": "a"} }},
		{"a project with a digit first", "repository", func(u *config.Universal, _ *config.GoogleEnvironment) { u.Project = "1st" }},
		{"two buckets", "are both exampledorc-data-prod-dataflow", func(_ *config.Universal, e *config.GoogleEnvironment) {
			e.DataBuckets = []config.DataBucket{{Name: "dataflow"}}
		}},
		{"the artifacts bucket", "one name", func(_ *config.Universal, e *config.GoogleEnvironment) { e.BucketName = "exampledorc-data-artifacts" }},
		{"an account without an address", "no e-mail address", func(_ *config.Universal, e *config.GoogleEnvironment) { e.Scheduler.External = true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			u, e := google(), config.GoogleEnvironment{}
			c.change(&u, &e)
			_, err := u.GoogleIn(config.Environment{Environment: "prod", GCP: &e})
			var p problem.Problem
			if !errors.As(err, &p) || p.Hint == "" || !strings.Contains(p.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// Values get the type of their key, also in blocks that are not there yet.
func TestSetGoogle(t *testing.T) {
	for _, c := range []struct {
		keys                   config.Keys
		text, key, value, want string
	}{
		{config.UniversalKeys, "config:\n  project: a\n", "gcp", "{project_id: exampledorc-data, region: europe-west2}",
			"config:\n  project: a\n  gcp:\n    project_id: exampledorc-data\n    region: europe-west2\n"},
		{config.UniversalKeys, "", "gcp.project_id", "exampledorc-data", "config:\n  gcp:\n    project_id: exampledorc-data\n"},
		{config.UniversalKeys, "config:\n  gcp: # mine\n    region: europe-west1 # here\n", "gcp.create_project.folder_id", "0123",
			"config:\n  gcp: # mine\n    region: europe-west1 # here\n    create_project:\n      folder_id: \"0123\"\n"},
		{config.UniversalKeys, "config:\n  project: a\n", "aws", "false", "config:\n  project: a\n  aws: false\n"},
		{config.UniversalKeys, "config:\n  gcp:\n    apis: [a.googleapis.com]\n", "gcp.apis[1]", "b.googleapis.com",
			"config:\n  gcp:\n    apis: [a.googleapis.com, b.googleapis.com]\n"},
		{config.UniversalKeys, "config:\n  gcp:\n    region: europe-west1\n", "gcp.python_version", "3.12", "config:\n  gcp:\n    region: europe-west1\n    python_version: \"3.12\"\n"},
		{config.EnvironmentKeys, "", "gcp.connection_profiles.orders.port", "5432", "config:\n  gcp:\n    connection_profiles:\n      orders:\n        port: 5432\n"},
		{config.EnvironmentKeys, "", "gcp.connection_profiles.orders.database", "5432", "config:\n  gcp:\n    connection_profiles:\n      orders:\n        database: \"5432\"\n"},
		{config.EnvironmentKeys, "", "gcp.data_buckets[0]", "{name: raw, force_destroy: true}", "config:\n  gcp:\n    data_buckets:\n      - force_destroy: true\n        name: raw\n"},
		{config.EnvironmentKeys, "config:\n  gcp:\n    data_buckets:\n      - name: raw\n", "gcp.data_buckets[0].force_destroy", "true",
			"config:\n  gcp:\n    data_buckets:\n      - name: raw\n        force_destroy: true\n"},
		{config.EnvironmentKeys, "", "gcp.use_externally_managed_dataflow_sa", "true", "config:\n  gcp:\n    use_externally_managed_dataflow_sa: true\n"},
		{config.EnvironmentKeys, "", "gcp.temp_retention_days", "3", "config:\n  gcp:\n    temp_retention_days: 3\n"},
		{config.EnvironmentKeys, "", "gcp.network", "{cidr: 10.0.0.0/24}", "config:\n  gcp:\n    network:\n      cidr: 10.0.0.0/24\n"},
	} {
		t.Run(c.key, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "Pulumi.x.yaml")
			write(t, path, c.text)
			if err := config.Set(path, c.key, c.value, config.SetOptions{Keys: c.keys, Environment: "prod"}); err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(path); err != nil || string(got) != c.want {
				t.Errorf("%v, got:\n%s\nwant:\n%s", err, got, c.want)
			}
			if _, err := config.Get(path, c.key, config.ReadOptions{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// What is no value of a key is refused, and the file stays.
func TestSetGoogleRefused(t *testing.T) {
	for _, c := range []struct {
		keys             config.Keys
		key, value, want string
	}{
		{config.UniversalKeys, "gcp.project", "x", "did you mean project_id?"},
		{config.UniversalKeys, "gcp.region", "London", "region is not a region of Google Cloud"},
		{config.UniversalKeys, "gcp", "exampledorc", "gcp is not a mapping"},
		{config.EnvironmentKeys, "gcp.force_destroy", "perhaps", "force_destroy is not true or false"},
		{config.EnvironmentKeys, "gcp.connection_profiles.orders.password", "x", "a password stands in the configuration"},
		{config.EnvironmentKeys, "gcp.connection_profiles.orders.port", "http", "port is not a whole number"},
	} {
		t.Run(c.key, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "Pulumi.x.yaml")
			write(t, path, "config: {}\n")
			err := config.Set(path, c.key, c.value, config.SetOptions{Keys: c.keys, Environment: "prod"})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if got, _ := os.ReadFile(path); string(got) != "config: {}\n" {
				t.Errorf("the file is changed: %s", got)
			}
		})
	}
}
