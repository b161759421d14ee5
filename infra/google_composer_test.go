package infra_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dorc-dev/dorc/infra"
	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	sizes "github.com/dorc-dev/dorc/pkg/composer"
	"github.com/dorc-dev/dorc/pkg/config"
)

const environmentType = "gcp:composer/environment:Environment"

// composer3 is an environment with all that Composer 3 can have.
func composer3(u *config.GoogleUniversal, e *config.GoogleEnvironment) {
	n := func(v int) *int { return &v }
	nothing := 0.0
	u.ServiceProject = "warehouse"
	e.Composer = &config.Composer{
		ImageVersion: "composer-3-airflow-2.10.5-build.15", Size: "medium", Resilience: "high",
		Workloads: map[string]config.Workload{
			sizes.Scheduler: {CPU: 0.5, MemoryGB: 2, StorageGB: &nothing, Count: n(2)}, sizes.WebServer: {CPU: 1, MemoryGB: 2},
			sizes.Worker: {CPU: 1, MinCount: n(2), MaxCount: n(6)}, sizes.Triggerer: {CPU: 0.5, MemoryGB: 1, Count: n(2)}, sizes.DAGProcessor: {Count: n(2)},
		},
		Maintenance: &config.Maintenance{
			Start: time.Date(2026, 1, 3, 1, 0, 0, 0, time.FixedZone("", 3600)), End: time.Date(2026, 1, 3, 12, 0, 0, 0, time.UTC), Recurrence: "FREQ=WEEKLY;BYDAY=SA",
		},
		ComposerNetwork:      config.ComposerNetwork{WebServerAllowed: []string{"203.0.113.0/24"}, PrivateBuildsOnly: true, InternalCIDR: "100.64.128.0/20"},
		PyPIPackages:         map[string]string{"pandas": "==2.2.3"},
		AirflowOverrides:     map[string]string{"core-dags_are_paused_at_creation": "True"},
		EnvironmentVariables: map[string]string{"TEAM": "data"}, StartWorkflows: true, Labels: map[string]string{"team": "warehouse"},
		KMSKey: "projects/keys/locations/europe-west2/keyRings/r/cryptoKeys/k", DataLocation: "EU",
	}
}

// composer2 is an environment with what is Composer 2's own.
func composer2(_ *config.GoogleUniversal, e *config.GoogleEnvironment) {
	e.Composer = &config.Composer{ImageVersion: "composer-2.13.4-airflow-2.10.5", ComposerNetwork: config.ComposerNetwork{ControlPlaneCIDR: "172.16.0.0/28"}}
}

// composerElsewhere is Composer 2 in another project, in a network that exists, with
// accounts that someone else manages.
func composerElsewhere(_ *config.GoogleUniversal, e *config.GoogleEnvironment) {
	elsewhere(nil, e)
	composer2(nil, e)
	e.Composer.PodsRange, e.Composer.ServicesCIDR = "pods", "10.9.0.0/22"
	e.Composer.ServiceAccount = config.ServiceAccount{Email: "composer@central.iam.gserviceaccount.com", External: true}
	e.Composer.Dbt = config.ServiceAccount{Email: "dbt@central.iam.gserviceaccount.com", External: true}
}

// composerExisting uses what someone else made.
func composerExisting(_ *config.GoogleUniversal, e *config.GoogleEnvironment) {
	e.Composer = &config.Composer{
		Existing: "shared", Bucket: "shared-bucket", AirflowURI: "https://airflow.example.com", ImageVersion: "composer-3-airflow-2.10.5-build.15",
		ServiceAccount: config.ServiceAccount{Email: "composer@shared.iam.gserviceaccount.com"},
	}
}

func TestGoogleComposer(t *testing.T) {
	for name, change := range map[string]func(*config.GoogleUniversal, *config.GoogleEnvironment){
		"composer-3": composer3, "composer-2": composer2, "composer-elsewhere": composerElsewhere, "composer-existing": composerExisting,
	} {
		t.Run(name, func(t *testing.T) {
			result, err := create(google(change))
			if err != nil {
				t.Fatal(err)
			}
			componenttest.Golden(t, name, result)
		})
	}
}

// This is all that Cloud Composer's accounts may do.
func TestComposerLeastPrivilege(t *testing.T) {
	const (
		ours     = "exampledorc-data.iam.gserviceaccount.com"
		account  = "serviceAccount:exampledorc-prod-composer@" + ours
		dbt      = "serviceAccount:exampledorc-prod-dbt@" + ours
		onDbt    = " on serviceAccountId projects/exampledorc-data/serviceAccounts/exampledorc-prod-dbt@" + ours
		central  = "serviceAccount:composer@central.iam.gserviceaccount.com"
		existing = "serviceAccount:composer@shared.iam.gserviceaccount.com"
	)
	own := []string{
		"roles/artifactregistry.reader to " + account + " on repository exampledorc",
		"roles/bigquery.dataEditor to " + account + " on project exampledorc-data",
		"roles/bigquery.dataEditor to " + dbt + " on project exampledorc-data",
		"roles/bigquery.jobUser to " + account + " on project exampledorc-data",
		"roles/bigquery.jobUser to " + dbt + " on project exampledorc-data",
		"roles/composer.worker to " + account + " on project exampledorc-data",
		"roles/compute.viewer to " + account + " on project exampledorc-data",
		"roles/iam.serviceAccountTokenCreator to " + account + onDbt,
		"roles/iam.serviceAccountUser to " + account + onDbt,
	}
	for _, c := range []struct {
		name   string
		change func(*config.GoogleUniversal, *config.GoogleEnvironment)
		want   []string
	}{
		{"Composer 3 that starts workflows", composer3, slices.Concat(own, []string{"roles/workflows.invoker to " + account + " on project exampledorc-data"})},
		{"Composer 2", composer2, slices.Concat(own, []string{
			"roles/composer.ServiceAgentV2Ext to serviceAccount:service-123456789012@cloudcomposer-accounts.iam.gserviceaccount.com" +
				" on serviceAccountId projects/exampledorc-data/serviceAccounts/exampledorc-prod-composer@" + ours,
		})},
		{"accounts of someone else", composerElsewhere, []string{"roles/artifactregistry.reader to " + central + " on repository exampledorc"}},
		{"an environment of someone else", composerExisting, []string{
			"roles/artifactregistry.reader to " + existing + " on repository exampledorc",
			"roles/bigquery.dataEditor to " + dbt + " on project exampledorc-data",
			"roles/bigquery.jobUser to " + dbt + " on project exampledorc-data",
			"roles/iam.serviceAccountTokenCreator to " + existing + onDbt,
			"roles/iam.serviceAccountUser to " + existing + onDbt,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			with, err := create(google(c.change))
			if err != nil {
				t.Fatal(err)
			}
			without, err := create(google(func(u *config.GoogleUniversal, e *config.GoogleEnvironment) {
				c.change(u, e)
				e.Composer = nil
			}))
			if err != nil {
				t.Fatal(err)
			}
			before := grants(without)
			got := slices.DeleteFunc(grants(with), func(g string) bool { return slices.Contains(before, g) })
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// docs/composer.md has the roles that are granted, and no others.
func TestComposerRolesOfDocs(t *testing.T) {
	data, err := os.ReadFile("../docs/composer.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(data), "### What the accounts may do")
	table, _, found := strings.Cut(table, "Nobody else")
	if !found {
		t.Fatal("no table")
	}
	listed := regexp.MustCompile(`roles/[a-zA-Z0-9.]+`).FindAllString(table, -1)
	var granted []string
	for _, change := range []func(*config.GoogleUniversal, *config.GoogleEnvironment){composer3, composer2} {
		result, err := create(google(change))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range result.Resources {
			if role, ok := r.Inputs["role"].(string); ok && (strings.HasPrefix(r.Name, "composer-") || strings.HasPrefix(r.Name, "dbt-")) {
				granted = append(granted, role)
			}
		}
	}
	for _, list := range []*[]string{&listed, &granted} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	if !slices.Equal(listed, granted) {
		t.Errorf("the docs have %v, granted are %v", listed, granted)
	}
}

// Nothing starts before its roles are granted, its APIs are enabled and there is a
// way to the internet: Google would find out after most of an hour.
func TestComposerWaits(t *testing.T) {
	for _, c := range []struct {
		change func(*config.GoogleUniversal, *config.GoogleEnvironment)
		also   string
	}{{composer3, "projects/iAMMember:IAMMember composer-workflows.invoker"}, {composer2, "serviceaccount/iAMMember:IAMMember composer-agent"}} {
		result, err := create(google(c.change))
		if err != nil {
			t.Fatal(err)
		}
		made := result.Find(environmentType, "composer")
		for _, want := range []string{
			"projects/iAMMember:IAMMember composer-composer.worker", "projects/service:Service api-composer",
			"projects/service:Service api-iamcredentials", "compute/routerNat:RouterNat nat", c.also,
		} {
			if !slices.Contains(made.DependsOn, "gcp:"+want) {
				t.Errorf("it does not wait for %s: %v", want, made.DependsOn)
			}
		}
	}
}

// The environment enables what Cloud Composer needs, since the universal stack does
// not know of it, and nothing that universal has enabled.
func TestComposerAPIs(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*config.GoogleUniversal, *config.GoogleEnvironment)
		want   []string
	}{
		"Composer 3": {composer3, []string{"api-bigquery", "api-composer", "api-iamcredentials"}},
		"Composer 2": {composer2, []string{"api-bigquery", "api-composer", "api-container", "api-iamcredentials"}},
		"BigQuery of the project": {func(u *config.GoogleUniversal, e *config.GoogleEnvironment) {
			composer3(u, e)
			u.APIs = []string{"bigquery.googleapis.com"}
		}, []string{"api-composer", "api-iamcredentials"}},
		"no Cloud Composer": {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := create(google(c.change))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range result.Resources {
				if r.Type == "gcp:projects/service:Service" {
					got = append(got, r.Name)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("enabled are %v, want %v", got, c.want)
			}
		})
	}
}

// The outputs are the same, whoever made the environment.
func TestComposerOutputs(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*config.GoogleUniversal, *config.GoogleEnvironment)
		want   map[string]string
	}{
		"made": {composer3, map[string]string{
			"composer_environment": "exampledorc-prod-composer", "composer_airflow_uri": "https://0a1b2c3d-dot-europe-west2.composer.googleusercontent.com",
			"composer_dag_gcs_prefix": "gs://europe-west2-exampledorc-prod-composer-0a1b2c3d-bucket/dags",
			"composer_bucket":         "europe-west2-exampledorc-prod-composer-0a1b2c3d-bucket", "composer_image_version": "composer-3-airflow-2.10.5-build.15",
			"composer_service_account": "exampledorc-prod-composer@exampledorc-data.iam.gserviceaccount.com",
			"dbt_service_account":      "exampledorc-prod-dbt@exampledorc-data.iam.gserviceaccount.com",
		}},
		"existing": {composerExisting, map[string]string{
			"composer_environment": "shared", "composer_airflow_uri": "https://airflow.example.com", "composer_dag_gcs_prefix": "gs://shared-bucket/dags",
			"composer_bucket": "shared-bucket", "composer_image_version": "composer-3-airflow-2.10.5-build.15",
			"composer_service_account": "composer@shared.iam.gserviceaccount.com", "dbt_service_account": "exampledorc-prod-dbt@exampledorc-data.iam.gserviceaccount.com",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := create(google(c.change))
			if err != nil {
				t.Fatal(err)
			}
			for key, want := range c.want {
				if got := result.Exports[key]; got != want {
					t.Errorf("%s is %v, want %s", key, got, want)
				}
			}
		})
	}
}

// An existing environment whose account is not known gets no grant, and is none of
// the resources.
func TestComposerExistingUnknownAccount(t *testing.T) {
	result, err := create(google(func(u *config.GoogleUniversal, e *config.GoogleEnvironment) {
		composerExisting(u, e)
		e.Composer.ServiceAccount = config.ServiceAccount{}
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range result.Resources {
		if r.Type == environmentType || strings.HasPrefix(r.Name, "composer-") {
			t.Errorf("%s %s", r.Type, r.Name)
		}
	}
	if got := result.Exports["composer_service_account"]; got != "" {
		t.Errorf("the account is %v", got)
	}
}

// nodes are the environment's node configuration, and private is what says that
// nothing has an address on the internet.
func nodes(t *testing.T, args *infra.Args) (node, environment map[string]any) {
	t.Helper()
	result, err := create(args)
	if err != nil {
		t.Fatal(err)
	}
	environment, _ = result.Find(environmentType, "composer").Inputs["config"].(map[string]any)
	node, _ = environment["nodeConfig"].(map[string]any)
	return node, environment
}

func TestComposerNetworks(t *testing.T) {
	shared := config.GoogleNetwork{Name: "shared", Subnetwork: "airflow", ProjectID: "host-project"}
	t.Run("an attachment", func(t *testing.T) {
		const attachment = "projects/exampledorc-data/regions/europe-west2/networkAttachments/a"
		node, _ := nodes(t, google(func(u *config.GoogleUniversal, e *config.GoogleEnvironment) {
			composer3(u, e)
			e.Composer.NetworkAttachment = attachment
		}))
		if node["composerNetworkAttachment"] != attachment || node["network"] != nil || node["subnetwork"] != nil {
			t.Errorf("got %v", node)
		}
	})
	t.Run("a network that exists", func(t *testing.T) {
		node, _ := nodes(t, google(func(u *config.GoogleUniversal, e *config.GoogleEnvironment) {
			composer2(u, e)
			e.Network = shared
		}))
		if node["network"] != "projects/host-project/global/networks/shared" || node["subnetwork"] != "projects/host-project/regions/europe-west2/subnetworks/airflow" || node["ipAllocationPolicy"] != nil {
			t.Errorf("got %v", node)
		}
	})
	for name, change := range map[string]func(*config.GoogleUniversal, *config.GoogleEnvironment){"public Composer 2": composer2, "public Composer 3": composer3} {
		t.Run(name, func(t *testing.T) {
			node, environment := nodes(t, google(func(u *config.GoogleUniversal, e *config.GoogleEnvironment) {
				change(u, e)
				public := false
				e.Composer.Private = &public
			}))
			if environment["privateEnvironmentConfig"] != nil || environment["enablePrivateEnvironment"] == true || node["network"] == nil {
				t.Errorf("got %v", environment)
			}
		})
	}
}
