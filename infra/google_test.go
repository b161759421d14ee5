package infra_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/infra"
	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// google is an environment with nothing on AWS.
func google(change func(*config.GoogleUniversal, *config.GoogleEnvironment)) *infra.Args {
	u, e := &config.GoogleUniversal{ProjectID: "exampledorc-data", Region: "europe-west2"}, &config.GoogleEnvironment{}
	if change != nil {
		change(u, e)
	}
	return &infra.Args{
		Universal:   config.Universal{Project: "ExampleDorc", NoAWS: true, Tags: map[string]string{"Team": "Data"}, GCP: u},
		Environment: config.Environment{Environment: "prod", GCP: e},
	}
}

var orders = config.ConnectionProfile{Host: "10.0.0.5", Port: 5432, Database: "orders", User: "reader"}

// everything is an environment with all that it can have.
func everything(u *config.GoogleUniversal, e *config.GoogleEnvironment) {
	days := 3
	u.APIs = []string{"bigquery.googleapis.com"}
	e.TempRetentionDays, e.ForceDestroy = &days, true
	e.DataBuckets = []config.DataBucket{{Name: "raw"}, {Name: "curated", ForceDestroy: true}}
	e.ConnectionProfiles = map[string]config.ConnectionProfile{"orders": orders, "customers": orders}
}

// elsewhere is an environment in another project, on a shared VPC, with accounts
// that someone else manages.
func elsewhere(_ *config.GoogleUniversal, e *config.GoogleEnvironment) {
	e.ProjectID, e.Region = "exampledorc-prod", "europe-west1"
	e.Network = config.GoogleNetwork{Name: "shared", Subnetwork: "workers", ProjectID: "host-project"}
	e.DataBuckets = []config.DataBucket{{Name: "raw"}}
	e.ConnectionProfiles = map[string]config.ConnectionProfile{"orders": orders}
	for _, a := range []struct {
		account *config.ServiceAccount
		name    string
	}{{&e.DataflowWorker, "worker"}, {&e.Workflows, "workflows"}, {&e.Scheduler, "scheduler"}} {
		*a.account = config.ServiceAccount{Email: a.name + "@central.iam.gserviceaccount.com", External: true}
	}
}

func TestGoogle(t *testing.T) {
	for name, change := range map[string]func(*config.GoogleUniversal, *config.GoogleEnvironment){
		"google": nil, "google-everything": everything, "google-elsewhere": elsewhere,
	} {
		t.Run(name, func(t *testing.T) {
			result, err := create(google(change))
			if err != nil {
				t.Fatal(err)
			}
			componenttest.Golden(t, name, result)
			for _, r := range result.Resources {
				if strings.HasPrefix(r.Type, "aws:") {
					t.Errorf("%s %s, and aws is false", r.Type, r.Name)
				}
			}
			if len(result.Calls) > 0 {
				t.Errorf("a provider was asked %v, and aws is false", result.Calls)
			}
		})
	}
}

// Both clouds are possible beside each other.
func TestBothClouds(t *testing.T) {
	args := full()
	args.Universal.GCP = &config.GoogleUniversal{ProjectID: "exampledorc-data", Region: "europe-west2"}
	result, err := create(args)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"lambda_role_arn", "data-bucket-raw-id", "gcp_bucket", "gcp_subnetwork"} {
		if result.Exports[key] == nil {
			t.Errorf("no output %s", key)
		}
	}
}

// grants are what an environment grants, each as "role to member on what".
func grants(result *componenttest.Result) []string {
	var found []string
	for _, r := range result.Resources {
		if r.Inputs["role"] == nil {
			continue
		}
		on := ""
		for _, key := range []string{"bucket", "repository", "secretId", "serviceAccountId", "project"} {
			if v, ok := r.Inputs[key].(string); ok {
				on = key + " " + v
				break
			}
		}
		found = append(found, fmt.Sprintf("%v to %v on %s", r.Inputs["role"], r.Inputs["member"], on))
	}
	slices.Sort(found)
	return found
}

// This is all that the accounts of an environment may do.
func TestGoogleLeastPrivilege(t *testing.T) {
	const (
		worker    = "serviceAccount:exampledorc-prod-dataflow@exampledorc-data.iam.gserviceaccount.com"
		workflows = "serviceAccount:exampledorc-prod-workflows@exampledorc-data.iam.gserviceaccount.com"
		scheduler = "serviceAccount:exampledorc-prod-scheduler@exampledorc-data.iam.gserviceaccount.com"
	)
	for _, c := range []struct {
		name   string
		change func(*config.GoogleUniversal, *config.GoogleEnvironment)
		want   []string
	}{
		{"everything", everything, []string{
			"roles/artifactregistry.reader to " + worker + " on repository exampledorc",
			"roles/bigquery.jobUser to " + worker + " on project exampledorc-data",
			"roles/bigquery.jobUser to " + workflows + " on project exampledorc-data",
			"roles/dataflow.developer to " + workflows + " on project exampledorc-data",
			"roles/dataflow.worker to " + worker + " on project exampledorc-data",
			"roles/iam.serviceAccountUser to " + workflows + " on serviceAccountId projects/exampledorc-data/serviceAccounts/exampledorc-prod-dataflow@exampledorc-data.iam.gserviceaccount.com",
			"roles/logging.logWriter to " + workflows + " on project exampledorc-data",
			"roles/secretmanager.secretAccessor to " + worker + " on secretId ExampleDorc-prod-customers",
			"roles/secretmanager.secretAccessor to " + worker + " on secretId ExampleDorc-prod-orders",
			"roles/storage.objectAdmin to " + worker + " on bucket exampledorc-data-prod-curated",
			"roles/storage.objectAdmin to " + worker + " on bucket exampledorc-data-prod-dataflow",
			"roles/storage.objectAdmin to " + worker + " on bucket exampledorc-data-prod-raw",
			"roles/storage.objectViewer to " + workflows + " on bucket exampledorc-data-prod-dataflow",
			"roles/workflows.invoker to " + scheduler + " on project exampledorc-data",
		}},
		{"accounts of someone else", elsewhere, []string{
			"roles/artifactregistry.reader to serviceAccount:worker@central.iam.gserviceaccount.com on repository exampledorc",
			"roles/secretmanager.secretAccessor to serviceAccount:worker@central.iam.gserviceaccount.com on secretId ExampleDorc-prod-orders",
			"roles/storage.objectAdmin to serviceAccount:worker@central.iam.gserviceaccount.com on bucket exampledorc-prod-prod-dataflow",
			"roles/storage.objectAdmin to serviceAccount:worker@central.iam.gserviceaccount.com on bucket exampledorc-prod-prod-raw",
			"roles/storage.objectViewer to serviceAccount:workflows@central.iam.gserviceaccount.com on bucket exampledorc-prod-prod-dataflow",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			result, err := create(google(c.change))
			if err != nil {
				t.Fatal(err)
			}
			if got := grants(result); !slices.Equal(got, c.want) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// docs/google.md has the roles that are granted, and no others.
func TestGoogleRolesOfDocs(t *testing.T) {
	data, err := os.ReadFile("../docs/google.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(data), "### What the accounts may do")
	table, _, found := strings.Cut(table, "Nobody else")
	if !found {
		t.Fatal("no table")
	}
	listed := regexp.MustCompile(`roles/[a-zA-Z.]+`).FindAllString(table, -1)
	result, err := create(google(everything))
	if err != nil {
		t.Fatal(err)
	}
	var granted []string
	for _, r := range result.Resources {
		if role, ok := r.Inputs["role"].(string); ok {
			granted = append(granted, role)
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

// Whatever the configuration, no grant is to the public or of a basic role, none
// is of a kind that replaces what others have granted, and only the accounts of
// workers and of dbt may be acted as.
func TestGoogleNeverGranted(t *testing.T) {
	for _, change := range []func(*config.GoogleUniversal, *config.GoogleEnvironment){nil, everything, elsewhere, composer3, composer2, composerElsewhere, composerExisting} {
		result, err := create(google(change))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range result.Resources {
			if strings.Contains(r.Type, "IAMBinding") || strings.Contains(r.Type, "IAMPolicy") || strings.Contains(r.Type, "IamBinding") || strings.Contains(r.Type, "IamPolicy") {
				t.Errorf("%s %s replaces the grants of others", r.Type, r.Name)
			}
			role, _ := r.Inputs["role"].(string)
			if role == "" {
				continue
			}
			if slices.Contains([]string{"roles/owner", "roles/editor", "roles/viewer"}, role) || strings.Contains(strings.ToLower(role), "admin") && role != "roles/storage.objectAdmin" {
				t.Errorf("%s grants %s", r.Name, role)
			}
			if member, _ := r.Inputs["member"].(string); !strings.HasPrefix(member, "serviceAccount:") {
				t.Errorf("%s grants to %s", r.Name, member)
			}
			if strings.HasPrefix(role, "roles/storage.") && r.Inputs["project"] != nil || strings.HasPrefix(role, "roles/secretmanager.") && r.Inputs["secretId"] == nil {
				t.Errorf("%s grants %s on the whole project", r.Name, role)
			}
			if actAs := fmt.Sprint(r.Inputs["serviceAccountId"]); strings.Contains(role, "serviceAccount") && !strings.Contains(actAs, "-dataflow@") && !strings.Contains(actAs, "-dbt@") {
				t.Errorf("%s grants %s on %v", r.Name, role, r.Inputs["serviceAccountId"])
			}
		}
	}
}

// No value is in a secret, and no password anywhere.
func TestGoogleSecretsHaveNoValue(t *testing.T) {
	result, err := create(google(everything))
	if err != nil {
		t.Fatal(err)
	}
	secrets := 0
	for _, r := range result.Resources {
		switch r.Type {
		case "gcp:secretmanager/secret:Secret":
			secrets++
		case "gcp:secretmanager/secretVersion:SecretVersion":
			t.Errorf("%s has a value", r.Name)
		}
	}
	if secrets != 2 {
		t.Errorf("%d secrets", secrets)
	}
	if got := result.Exports["gcp-secret-orders-id"]; got != "projects/exampledorc-data/secrets/ExampleDorc-prod-orders" {
		t.Errorf("output %v", got)
	}
}

// An environment in a Google project of its own enables the APIs there, and all
// that needs one waits for it. In universal's project universal has enabled them.
func TestGoogleAPIs(t *testing.T) {
	result, err := create(google(func(u *config.GoogleUniversal, e *config.GoogleEnvironment) {
		everything(u, e)
		e.ProjectID = "exampledorc-prod"
	}))
	if err != nil {
		t.Fatal(err)
	}
	needs := map[string]string{
		"gcp:serviceaccount/account:Account": "iam", "gcp:storage/bucket:Bucket": "storage", "gcp:secretmanager/secret:Secret": "secretmanager",
		"gcp:compute/network:Network": "compute", "gcp:compute/subnetwork:Subnetwork": "compute", "gcp:compute/router:Router": "compute",
		"gcp:compute/address:Address": "compute", "gcp:compute/routerNat:RouterNat": "compute", "gcp:compute/firewall:Firewall": "compute",
		"gcp:projects/iAMMember:IAMMember": "cloudresourcemanager",
	}
	seen := map[string]bool{}
	for _, r := range result.Resources {
		if api, ok := needs[r.Type]; ok {
			seen[r.Type] = true
			if !slices.Contains(r.DependsOn, "gcp:projects/service:Service api-"+api) {
				t.Errorf("%s %s does not wait for %s: %v", r.Type, r.Name, api, r.DependsOn)
			}
		}
		if r.Type == "gcp:projects/service:Service" && (r.Inputs["project"] != "exampledorc-prod" || r.Inputs["disableOnDestroy"] != false) {
			t.Errorf("%s: %v", r.Name, r.Inputs)
		}
	}
	if len(seen) != len(needs) {
		t.Errorf("only %v were there", seen)
	}
	if result.Find("gcp:projects/service:Service", "api-bigquery") == nil {
		t.Error("the project's own APIs are not enabled")
	}
	image := result.Find("gcp:artifactregistry/repositoryIamMember:RepositoryIamMember", "dataflow-images")
	if image.Inputs["project"] != "exampledorc-data" || image.Inputs["member"] != "serviceAccount:exampledorc-prod-dataflow@exampledorc-prod.iam.gserviceaccount.com" {
		t.Errorf("the grant on the repository: %v", image.Inputs)
	}
	result, err = create(google(everything))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range result.Resources {
		if r.Type == "gcp:projects/service:Service" {
			t.Errorf("%s is universal's to enable", r.Name)
		}
	}
}

func TestGoogleNetworks(t *testing.T) {
	for _, c := range []struct {
		name, network, subnetwork string
		own                       bool
		given                     config.GoogleNetwork
	}{
		{"own", "exampledorc-prod-dataflow", "regions/europe-west2/subnetworks/exampledorc-prod-dataflow-private", true, config.GoogleNetwork{CIDR: "10.0.0.0/24"}},
		{"existing", "my-vpc", "regions/europe-west2/subnetworks/my-subnet", false, config.GoogleNetwork{Name: "my-vpc", Subnetwork: "my-subnet"}},
		{"shared", "projects/host-project/global/networks/my-vpc",
			"https://www.googleapis.com/compute/v1/projects/host-project/regions/europe-west2/subnetworks/my-subnet", false,
			config.GoogleNetwork{Name: "my-vpc", Subnetwork: "my-subnet", ProjectID: "host-project"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			result, err := create(google(func(_ *config.GoogleUniversal, e *config.GoogleEnvironment) { e.Network = c.given }))
			if err != nil {
				t.Fatal(err)
			}
			if got := result.Exports["gcp_network"]; got != c.network {
				t.Errorf("gcp_network = %v", got)
			}
			if got := result.Exports["gcp_subnetwork"]; got != c.subnetwork {
				t.Errorf("gcp_subnetwork = %v", got)
			}
			made := 0
			for _, r := range result.Resources {
				if strings.HasPrefix(r.Type, "gcp:compute/") {
					made++
				}
			}
			if want := map[bool]int{true: 6}[c.own]; made != want {
				t.Errorf("%d resources of Compute Engine, want %d", made, want)
			}
		})
	}
}

// 0 keeps what is below temp/ and staging/.
func TestGoogleTempForEver(t *testing.T) {
	days := 0
	result, err := create(google(func(_ *config.GoogleUniversal, e *config.GoogleEnvironment) { e.TempRetentionDays = &days }))
	if err != nil {
		t.Fatal(err)
	}
	if rules := result.Find("gcp:storage/bucket:Bucket", "bucket").Inputs["lifecycleRules"]; rules != nil {
		t.Errorf("rules: %v", rules)
	}
}

func TestGoogleRefusals(t *testing.T) {
	for _, c := range []struct {
		name, want string
		change     func(*infra.Args)
	}{
		{"no block of the project", "gcp without a block gcp of the project", func(a *infra.Args) { a.Universal.GCP = nil }},
		{"data buckets of AWS", "is about AWS", func(a *infra.Args) { a.Environment.DataBuckets = []config.DataBucket{{Name: "raw"}} }},
		{"no environment", "the environment has no name", func(a *infra.Args) { a.Environment.Environment = "" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := google(nil)
			c.change(args)
			_, err := create(args)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// Where the universal stack is known, the environment depends on it.
func TestGoogleUniversalStack(t *testing.T) {
	const universal = "organization/Pipelines/universal"
	run := func(outputs map[string]any) (*componenttest.Result, error) {
		args := google(nil)
		args.UniversalStack = universal
		return componenttest.Run(componenttest.Options{Stack: "infra-prod", Stacks: map[string]map[string]any{universal: outputs}},
			func(ctx *pulumi.Context) error {
				_, err := infra.CreateInfra(ctx, "infra-prod", args)
				return err
			})
	}
	result, err := run(map[string]any{"gcp_repository_id": "images"})
	if err != nil {
		t.Fatal(err)
	}
	if got := result.Find("gcp:artifactregistry/repositoryIamMember:RepositoryIamMember", "dataflow-images").Inputs["repository"]; got != "images" {
		t.Errorf("the grant is on %v", got)
	}
	_, err = run(map[string]any{"ecr-repository-x-url": "y"})
	var p problem.Problem
	if !errors.As(err, &p) || p.Summary != "the stack universal has no output gcp_repository_id" || p.Hint == "" {
		t.Errorf("got %v", err)
	}
}
