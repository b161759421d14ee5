package universal_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/universal"
)

var files = map[string]string{
	"src/raw-to-processed/weather/extract/lambda.py":        componenttest.Handler,
	"src/raw-to-processed/weather/validate_clean/lambda.py": componenttest.Handler,
	"src/Default/Sales/load/lambda.py":                      componenttest.Handler,
}

func create(args *universal.Args) (*componenttest.Result, error) {
	return componenttest.Run(componenttest.Options{Stack: "universal"}, func(ctx *pulumi.Context) error {
		_, err := universal.CreateUniversal(ctx, "universal", args)
		return err
	})
}

func TestCreateUniversal(t *testing.T) {
	result, err := create(&universal.Args{
		Config: config.Universal{Project: "ExampleDorc", Tags: map[string]string{"project": "example-dorc"}},
		Repo:   componenttest.Repo(t, files),
	})
	if err != nil {
		t.Fatal(err)
	}
	componenttest.Golden(t, "universal", result)
}

// The repo is found from any folder in it, as a program runs in universal/.
func TestRepoIsFound(t *testing.T) {
	repo := componenttest.Repo(t, files)
	t.Chdir(repo.Root + "/src/raw-to-processed/weather")
	result, err := create(&universal.Args{Config: config.Universal{Project: "p"}})
	if err != nil {
		t.Fatal(err)
	}
	if result.Find("aws:ecr/repository:Repository", "raw-to-processed-weather-extract") == nil {
		t.Errorf("no repository for a function of the repo: %v", result.Resources)
	}
}

func TestRefusals(t *testing.T) {
	t.Run("no config repo", func(t *testing.T) {
		t.Chdir(t.TempDir())
		_, err := create(&universal.Args{Config: config.Universal{Project: "p"}})
		wantProblem(t, err)
	})
	t.Run("no project", func(t *testing.T) {
		_, err := create(&universal.Args{Repo: componenttest.Repo(t, files)})
		wantProblem(t, err)
	})
}

func wantProblem(t *testing.T, err error) {
	t.Helper()
	var p problem.Problem
	if !errors.As(err, &p) || p.Hint == "" {
		t.Errorf("want a problem with a hint, got %v", err)
	}
}

// An image in use always has a tag, so no rule may expire tagged images.
func TestLifecycleKeepsTaggedImages(t *testing.T) {
	result, err := create(&universal.Args{
		Config: config.Universal{Project: "p"},
		Repo:   componenttest.Repo(t, files),
	})
	if err != nil {
		t.Fatal(err)
	}
	text := result.Find("aws:ecr/lifecyclePolicy:LifecyclePolicy", "Default-Sales-load").Inputs["policy"].(string)
	var policy struct {
		Rules []struct {
			Selection struct{ TagStatus string }
		}
	}
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		t.Fatal(err)
	}
	if len(policy.Rules) == 0 {
		t.Error("the policy has no rule")
	}
	for _, r := range policy.Rules {
		if r.Selection.TagStatus != "untagged" {
			t.Errorf("a rule expires images whose tag status is %q", r.Selection.TagStatus)
		}
	}
}
