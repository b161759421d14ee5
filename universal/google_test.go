package universal_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/universal"
)

var noFiles = map[string]string{"requirements.txt": "", "src/.keep": ""}

func google(change func(*config.GoogleUniversal)) *config.Universal {
	u := &config.Universal{
		Project: "ExampleDorc", NoAWS: true, Tags: map[string]string{"Team": "Data Platform"},
		GCP: &config.GoogleUniversal{ProjectID: "exampledorc-data", Region: "europe-west2"},
	}
	if change != nil {
		change(u.GCP)
	}
	return u
}

func TestGoogle(t *testing.T) {
	for name, change := range map[string]func(*config.GoogleUniversal){
		"google": nil,
		"google-created": func(g *config.GoogleUniversal) {
			g.CreateProject = &config.CreateProject{Name: "Example data", BillingAccountID: "012345-6789AB-CDEF01", FolderID: "123"}
			g.APIs = []string{"bigquery.googleapis.com"}
			g.RepositoryName, g.BucketName = "images", "exampledorc-artifacts"
		},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := create(&universal.Args{Config: *google(change), Repo: componenttest.Repo(t, noFiles)})
			if err != nil {
				t.Fatal(err)
			}
			componenttest.Golden(t, name, result)
			for _, r := range result.Resources {
				if strings.HasPrefix(r.Type, "aws:") {
					t.Errorf("%s %s, and aws is false", r.Type, r.Name)
				}
			}
		})
	}
}

// In a new project nothing is possible before the project and its APIs are there.
func TestGoogleOrder(t *testing.T) {
	config := google(func(g *config.GoogleUniversal) {
		g.CreateProject = &config.CreateProject{BillingAccountID: "012345-6789AB-CDEF01", OrganizationID: "123"}
	})
	result, err := create(&universal.Args{Config: *config, Repo: componenttest.Repo(t, noFiles)})
	if err != nil {
		t.Fatal(err)
	}
	const project, service = "gcp:organizations/project:Project", "gcp:projects/service:Service"
	for _, want := range []struct{ typ, name, dependsOn string }{
		{service, "api-dataflow", project + " gcp-project"},
		{"gcp:artifactregistry/repository:Repository", "images", service + " api-artifactregistry"},
		{"gcp:storage/bucket:Bucket", "artifacts", service + " api-storage"},
	} {
		r := result.Find(want.typ, want.name)
		if r == nil || !slices.Contains(r.DependsOn, want.dependsOn) {
			t.Errorf("%s does not wait for %s: %+v", want.name, want.dependsOn, r)
		}
	}
	if got := result.Find(project, "gcp-project").Inputs; got["autoCreateNetwork"] != false || got["orgId"] != "123" {
		t.Errorf("the project: %v", got)
	}
}

// Images in use have a tag, so no policy may delete tagged ones.
func TestCleanupKeepsTaggedImages(t *testing.T) {
	result, err := create(&universal.Args{Config: *google(nil), Repo: componenttest.Repo(t, noFiles)})
	if err != nil {
		t.Fatal(err)
	}
	policies, _ := result.Find("gcp:artifactregistry/repository:Repository", "images").Inputs["cleanupPolicies"].([]any)
	if len(policies) == 0 {
		t.Error("no policy")
	}
	for _, p := range policies {
		condition := p.(map[string]any)["condition"].(map[string]any)
		if condition["tagState"] != "UNTAGGED" || condition["olderThan"] == "" {
			t.Errorf("a policy deletes images with %v", condition)
		}
	}
}

// A pipeline needs the cloud that it runs on.
func TestClouds(t *testing.T) {
	beam := map[string]string{"src/raw/flights/pipeline.beam.yaml": "pipeline: {type: chain, transforms: []}\n", "requirements.txt": ""}
	for _, c := range []struct {
		name  string
		files map[string]string
		u     config.Universal
		want  string
	}{
		{"functions without AWS", files, *google(nil), "its functions need AWS"},
		{"dataflow without Google Cloud", beam, config.Universal{Project: "p"}, "it needs Google Cloud"},
		{"dataflow", beam, *google(nil), ""},
		{"functions", files, config.Universal{Project: "p"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := universal.CheckClouds(c.u, componenttest.Repo(t, c.files))
			if c.want == "" && len(found) > 0 || c.want != "" && (len(found) == 0 || !strings.Contains(found[0].Error(), c.want)) {
				t.Errorf("found %v, want %q", found, c.want)
			}
			for _, p := range found {
				if p.Hint == "" || !strings.Contains(p.File, "/src/") {
					t.Errorf("%+v", p)
				}
			}
		})
	}
	_, err := create(&universal.Args{Config: *google(nil), Repo: componenttest.Repo(t, files)})
	if err == nil || !strings.Contains(err.Error(), "its functions need AWS") {
		t.Errorf("got %v", err)
	}
}

func TestGoogleRefusals(t *testing.T) {
	u := google(func(g *config.GoogleUniversal) { g.Region = "" })
	_, err := create(&universal.Args{Config: *u, Repo: componenttest.Repo(t, noFiles)})
	wantProblem(t, err)
}
