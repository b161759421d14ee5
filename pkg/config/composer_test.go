package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/composer"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/problem"
)

func count(n int) *int { return &n }

// composer2 is the newest image of Composer 2.
func composer2(t *testing.T) string {
	t.Helper()
	for _, image := range slices.Backward(airflow.Images()) {
		if image.Composer == 2 {
			return image.Version
		}
	}
	t.Fatal("no image of Composer 2")
	return ""
}

func TestLoadComposer(t *testing.T) {
	e, err := config.LoadEnvironment(file(t, "Pulumi.prod.yaml", `config:
  environment: prod
  gcp:
    region: europe-west2
    composer:
      name: airflow
      image_version: `+airflow.Default().Version+`
      size: medium
      resilience: high
      schedulers: 2
      workloads:
        scheduler: {cpu: 1, memory_gb: 4.5, storage_gb: 0}
        worker: {cpu: "0.5", memory_gb: 2, min_count: 2, max_count: "6"}
        triggerer: {count: 2, cpu: 0.5, memory_gb: 1}
      maintenance:
        start: 2026-01-03T00:00:00Z
        end: "2026-01-03T12:00:00Z"
        recurrence: FREQ=WEEKLY;BYDAY=SA
      private: false
      web_server_allowed: [203.0.113.0/24, "2001:db8::/32", 203.0.113.7]
      network_attachment: projects/exampledorc-data/regions/europe-west2/networkAttachments/composer
      enable_private_builds_only: true
      internal_cidr: 100.64.128.0/20
      pypi_packages: {requests: ">=2.31, <3", pandas: , dbt-core: "", apache-beam: "[gcp]==2.60.0"}
      airflow_overrides: {core-dags_are_paused_at_creation: "True"}
      environment_variables: {TEAM: data, DOP_LOCATION: EU}
      service_account: airflow-account
      dbt_service_account: dbt@exampledorc-data.iam.gserviceaccount.com
      use_externally_managed_dbt_sa: true
      start_workflows: true
      labels: {team: data}
      kms_key: projects/keys/locations/europe-west2/keyRings/r/cryptoKeys/k
      data_location: EU
`), "prod")
	if err != nil {
		t.Fatal(err)
	}
	nothing, public := 0.0, false
	want := &config.Composer{
		Name: "airflow", ImageVersion: airflow.Default().Version, Size: "medium", Resilience: "high",
		Workloads: map[string]config.Workload{
			composer.Scheduler: {CPU: 1, MemoryGB: 4.5, StorageGB: &nothing, Count: count(2)},
			composer.Worker:    {CPU: 0.5, MemoryGB: 2, MinCount: count(2), MaxCount: count(6)},
			composer.Triggerer: {CPU: 0.5, MemoryGB: 1, Count: count(2)},
		},
		Maintenance: &config.Maintenance{
			Start: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC), End: time.Date(2026, 1, 3, 12, 0, 0, 0, time.UTC), Recurrence: "FREQ=WEEKLY;BYDAY=SA",
		},
		ComposerNetwork: config.ComposerNetwork{
			Private: &public, WebServerAllowed: []string{"203.0.113.0/24", "2001:db8::/32", "203.0.113.7"},
			NetworkAttachment: "projects/exampledorc-data/regions/europe-west2/networkAttachments/composer", PrivateBuildsOnly: true, InternalCIDR: "100.64.128.0/20",
		},
		PyPIPackages:         map[string]string{"requests": ">=2.31, <3", "pandas": "", "dbt-core": "", "apache-beam": "[gcp]==2.60.0"},
		AirflowOverrides:     map[string]string{"core-dags_are_paused_at_creation": "True"},
		EnvironmentVariables: map[string]string{"TEAM": "data", "DOP_LOCATION": "EU"},
		ServiceAccount:       config.ServiceAccount{ID: "airflow-account"},
		Dbt:                  config.ServiceAccount{Email: "dbt@exampledorc-data.iam.gserviceaccount.com", External: true},
		StartWorkflows:       true, Labels: map[string]string{"team": "data"},
		KMSKey: "projects/keys/locations/europe-west2/keyRings/r/cryptoKeys/k", DataLocation: "EU",
	}
	if !reflect.DeepEqual(e.GCP.Composer, want) {
		t.Errorf("got %+v, want %+v", e.GCP.Composer, want)
	}
}

// withComposer is an environment with a block composer, complete.
func withComposer(t *testing.T, c config.Composer, change func(*config.Universal, *config.GoogleEnvironment)) (*config.Google, error) {
	t.Helper()
	u, e := google(), config.GoogleEnvironment{Composer: &c}
	if change != nil {
		change(&u, &e)
	}
	return u.GoogleIn(config.Environment{Environment: "prod", GCP: &e})
}

func TestComposerDefaults(t *testing.T) {
	private := true
	account := func(kind string) config.ServiceAccount {
		return config.ServiceAccount{ID: "exampledorc-prod-" + kind, Email: "exampledorc-prod-" + kind + "@exampledorc-data.iam.gserviceaccount.com"}
	}
	of := func(image airflow.Image, network config.ComposerNetwork) *config.Composer {
		network.Private = &private
		return &config.Composer{
			Name: "exampledorc-prod-composer", ImageVersion: image.Version, Image: image, Size: "small", Resilience: "standard", ComposerNetwork: network,
			ServiceAccount: account("composer"), Dbt: account("dbt"), DataLocation: "europe-west2",
		}
	}
	second, err := airflow.Find(composer2(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		given   config.Composer
		network config.GoogleNetwork
		want    *config.Composer
	}{
		{name: "nothing given", want: of(airflow.Default(), config.ComposerNetwork{})},
		{name: "Composer 2", given: config.Composer{ImageVersion: second.Version}, want: of(second, config.ComposerNetwork{PodsCIDR: "10.132.0.0/17", ServicesCIDR: "10.133.0.0/22"})},
		{name: "Composer 2 in a network that exists", given: config.Composer{ImageVersion: second.Version},
			network: config.GoogleNetwork{Name: "a", Subnetwork: "b"}, want: of(second, config.ComposerNetwork{})},
		{name: "an environment that exists", given: config.Composer{Existing: "shared", Bucket: "shared-bucket"}, want: &config.Composer{
			Name: "shared", Existing: "shared", Bucket: "shared-bucket", ImageVersion: airflow.Default().Version, Image: airflow.Default(),
			ServiceAccount: config.ServiceAccount{External: true}, Dbt: account("dbt"), DataLocation: "europe-west2",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := withComposer(t, c.given, func(_ *config.Universal, e *config.GoogleEnvironment) { e.Network = c.network })
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(g.Composer, c.want) {
				t.Errorf("got %+v, want %+v", g.Composer, c.want)
			}
			if c.given.Image.Version != "" {
				t.Error("the configuration itself was changed")
			}
		})
	}
}

func TestComposerVariables(t *testing.T) {
	g, err := withComposer(t, config.Composer{EnvironmentVariables: map[string]string{"TEAM": "data", "DOP_LOCATION": "EU"}},
		func(u *config.Universal, e *config.GoogleEnvironment) {
			u.GCP.ServiceProject, e.ProjectID, e.Region = "warehouse", "exampledorc-prod", "europe-west1"
			e.DataBuckets = []config.DataBucket{{Name: "raw"}, {Name: "by-day"}}
		})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"DOP_PROJECT_ID": "exampledorc-prod", "DOP_LOCATION": "EU", "DOP_INFRA_PROJECT_ID": "exampledorc-data",
		"DOP_SERVICE_PROJECT_PATH": "/home/airflow/gcs/dags/dop_warehouse", "DOP_ENVIRONMENT": "prod",
		"DOP_DBT_SERVICE_ACCOUNT": "exampledorc-prod-dbt@exampledorc-prod.iam.gserviceaccount.com", "DOP_WORKFLOWS_REGION": "europe-west1", "TEAM": "data",
		"AIRFLOW_VAR_BUCKET_RAW": "exampledorc-prod-prod-raw", "AIRFLOW_VAR_BUCKET_BY_DAY": "exampledorc-prod-prod-by-day",
	}
	if got := g.ComposerVariables(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestServiceProject(t *testing.T) {
	g, err := google().GoogleIn(config.Environment{Environment: "prod"})
	if err != nil || g.ServiceProject != "exampledorc" || g.Universal.ServiceProject != "exampledorc" {
		t.Errorf("got %+v, %v", g, err)
	}
}

// The APIs of Cloud Composer are those of the environments that have it.
func TestComposerAPIs(t *testing.T) {
	for _, c := range []struct {
		given config.Composer
		want  []string
	}{
		{config.Composer{}, []string{"bigquery.googleapis.com", "composer.googleapis.com", "iamcredentials.googleapis.com"}},
		{config.Composer{ImageVersion: composer2(t)}, []string{"bigquery.googleapis.com", "composer.googleapis.com", "container.googleapis.com", "iamcredentials.googleapis.com"}},
		{config.Composer{ImageVersion: composer2(t), Existing: "a", Bucket: "b"}, []string{"bigquery.googleapis.com", "composer.googleapis.com", "iamcredentials.googleapis.com"}},
	} {
		g, err := withComposer(t, c.given, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := g.ComposerAPIs(); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v", c.given, got)
		}
		for _, api := range c.want {
			if !slices.Contains(g.RequiredAPIs(), api) {
				t.Errorf("%s is not required", api)
			}
		}
	}
	g, err := google().GoogleIn(config.Environment{Environment: "prod"})
	if err != nil || g.ComposerAPIs() != nil || slices.Contains(g.RequiredAPIs(), "composer.googleapis.com") {
		t.Errorf("without Cloud Composer: %v, %v", g.ComposerAPIs(), err)
	}
}

// What does not go together is refused of what no file says, too.
func TestComposerRefusals(t *testing.T) {
	for _, c := range []struct {
		name, want string
		given      config.Composer
		change     func(*config.Universal, *config.GoogleEnvironment)
	}{
		{name: "an unknown image", given: config.Composer{ImageVersion: "composer-9"}, want: "composer-9"},
		{name: "a key of another region", given: config.Composer{KMSKey: "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k"}, want: "not in the environment's region"},
		{name: "ranges that meet", given: config.Composer{ImageVersion: composer2(t), ComposerNetwork: config.ComposerNetwork{PodsCIDR: "10.128.0.0/17"}},
			want: "gcp.network.cidr is 10.128.0.0/20, gcp.composer.pods_cidr is 10.128.0.0/17"},
		{name: "ranges by name", given: config.Composer{ImageVersion: composer2(t), ComposerNetwork: config.ComposerNetwork{PodsRange: "pods"}}, want: "dorc makes the network"},
		{name: "no bucket", given: config.Composer{Existing: "shared"}, want: "has no bucket"},
		{name: "an account without an address", given: config.Composer{Dbt: config.ServiceAccount{External: true}}, want: "no e-mail address"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := withComposer(t, c.given, c.change)
			var p problem.Problem
			if !errors.As(err, &p) || p.Hint == "" || !strings.Contains(p.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// An image that dorc does not know is refused in its place.
func TestComposerImage(t *testing.T) {
	const text = "config:\n  environment: prod\n  gcp: {composer: {image_version: %s}}\n"
	_, err := config.LoadEnvironment(file(t, "Pulumi.prod.yaml", fmt.Sprintf(text, "composer-1.2.3-airflow-1.10.15")), "prod", config.ShownAs("infra/Pulumi.prod.yaml"))
	if err == nil || !strings.HasPrefix(err.Error(), "infra/Pulumi.prod.yaml:3:35: the image version of Composer is not known\n") {
		t.Errorf("got %v", err)
	}
	for _, version := range []string{airflow.Default().Version, composer2(t), "composer-3-airflow-2.10"} {
		if _, err := config.LoadEnvironment(file(t, "Pulumi.prod.yaml", fmt.Sprintf(text, version)), "prod"); err != nil {
			t.Error(err)
		}
	}
}

// Values get the type of their key, and names below a mapping are kept.
func TestSetComposer(t *testing.T) {
	const before = "config:\n  gcp:\n    composer:\n      size: small # for now\n"
	for _, c := range []struct{ key, value, want string }{
		{"gcp.composer.size", "large", "      size: large # for now\n"},
		{"gcp.composer.workloads.worker.cpu", "0.5", "      workloads:\n        worker:\n          cpu: 0.5\n"},
		{"gcp.composer.workloads.worker.memory_gb", "2", "      workloads:\n        worker:\n          memory_gb: 2\n"},
		{"gcp.composer.workloads.worker.min_count", "2", "      workloads:\n        worker:\n          min_count: 2\n"},
		{"gcp.composer.schedulers", "2", "      schedulers: 2\n"},
		{"gcp.composer.private", "false", "      private: false\n"},
		{"gcp.composer.pypi_packages.requests", "==2", "      pypi_packages:\n        requests: ==2\n"},
		{"gcp.composer.environment_variables.PORTS", "80", "      environment_variables:\n        PORTS: \"80\"\n"},
		{"gcp.composer.airflow_overrides.core-parallelism", "64", "      airflow_overrides:\n        core-parallelism: \"64\"\n"},
		{"gcp.composer.web_server_allowed", "[203.0.113.0/24]", "      web_server_allowed:\n        - 203.0.113.0/24\n"},
		{"gcp.composer.existing", "shared", "      existing: shared\n"},
	} {
		t.Run(c.key, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "Pulumi.x.yaml")
			write(t, path, before)
			if err := config.Set(path, c.key, c.value, config.SetOptions{Keys: config.EnvironmentKeys, Environment: "prod"}); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(path)
			if err != nil || !strings.HasSuffix(string(got), c.want) || !strings.Contains(string(got), "# for now") {
				t.Errorf("%v, got:\n%s\nwant at its end:\n%s", err, got, c.want)
			}
		})
	}
	for key, want := range map[string]string{
		"gcp.composer.size":                             "size is not",
		"gcp.composer.node_pool":                        "node_pool is of Composer 1",
		"gcp.composer.environment_variables.GCS_BUCKET": "no variable that can be set",
		"gcp.composer.workloads.workers":                "unknown key",
	} {
		path := filepath.Join(t.TempDir(), "Pulumi.x.yaml")
		write(t, path, before)
		err := config.Set(path, key, "x", config.SetOptions{Keys: config.EnvironmentKeys, Environment: "prod"})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", key, err)
		}
	}
}

func TestPlace(t *testing.T) {
	path := file(t, "Pulumi.prod.yaml", "config:\n  environment: prod\n  gcp: {composer: &c {size: small}}\n  other: *c\n")
	for _, c := range []struct {
		steps        []string
		line, column int
	}{
		{[]string{"environment"}, 2, 3},
		{[]string{"gcp", "composer", "size"}, 3, 23},
		{[]string{"other", "size"}, 3, 23},
		{[]string{"gcp", "composer", "name"}, 0, 0},
		{[]string{"gcp", "composer", "size", "x"}, 0, 0},
		{[]string{"nothing"}, 0, 0},
		{nil, 0, 0},
	} {
		if line, column := config.Place(path, c.steps...); line != c.line || column != c.column {
			t.Errorf("%v: %d:%d, want %d:%d", c.steps, line, column, c.line, c.column)
		}
	}
	if line, _ := config.Place(path+"x", "environment"); line != 0 {
		t.Errorf("a file that is not there: line %d", line)
	}
}
