package config_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dorc-dev/dorc/pkg/config"
)

// canary is a secret that must be in no error.
const canary = "c4n4ry-s3cr3t"

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	write(t, path, text)
	return path
}

func TestLoadUniversal(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       config.Universal
	}{
		{name: "only what is required", text: "config:\n  project: ExampleDorc\n",
			want: config.Universal{Project: "ExampleDorc", Region: "eu-west-2", SourceCodeFolder: "src"}},
		{name: "everything, with Pulumi's namespace", text: `
encryptionsalt: v1:abc:def
config:
  Pipelines:project: ExampleDorc
  Pipelines:config:region: us-east-1
  tags: {project: example-dorc, "cost centre": "0012"}
  source_code_folder: data/src/
  aws:region: us-east-1
  gcp:project: other
`, want: config.Universal{Project: "ExampleDorc", Region: "us-east-1", SourceCodeFolder: "data/src",
			Tags: map[string]string{"project": "example-dorc", "cost centre": "0012"}}},
		{name: "empty values are as none", text: "config:\n  project: a\n  region:\n  tags: ~\n",
			want: config.Universal{Project: "a", Region: "eu-west-2", SourceCodeFolder: "src"}},
		{name: "byte order mark and anchors", text: "\xef\xbb\xbfconfig:\n  project: &p a\n  tags: {project: *p}\n",
			want: config.Universal{Project: "a", Region: "eu-west-2", SourceCodeFolder: "src", Tags: map[string]string{"project": "a"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := config.LoadUniversal(file(t, "Pulumi.universal.yaml", c.text), config.WithDefaultRegion("eu-west-2"))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*got, c.want) {
				t.Errorf("got %+v, want %+v", *got, c.want)
			}
		})
	}
}

func TestLoadEnvironment(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       config.Environment
	}{
		{name: "only what is required", text: "config: {environment: prod}\n",
			want: config.Environment{Environment: "prod", LogRetentionDays: 30}},
		{name: "everything", text: `config:
  environment: prod
  vpc_id: vpc-0123456789abcdef0
  private_subnet_ids: [subnet-01234567, subnet-0123456789abcdef0]
  additional_lambda_role_policy_arn: arn:aws:iam::123456789012:policy/a
  additional_state_function_role_policy_arn: arn:aws:iam::aws:policy/b
  additional_cloudevent_state_machine_trigger_role_policy_arn: arn:aws-cn:iam::123456789012:policy/path/c
  data_buckets:
    - raw
    - {name: processed-2, force_destroy: true}
    - name: curated
      force_destroy: "false"
  log_retention_days: "7"
`, want: config.Environment{
			Environment: "prod", VPCID: "vpc-0123456789abcdef0",
			PrivateSubnetIDs:                                     []string{"subnet-01234567", "subnet-0123456789abcdef0"},
			AdditionalLambdaRolePolicyARN:                        "arn:aws:iam::123456789012:policy/a",
			AdditionalStateFunctionRolePolicyARN:                 "arn:aws:iam::aws:policy/b",
			AdditionalCloudeventStateMachineTriggerRolePolicyARN: "arn:aws-cn:iam::123456789012:policy/path/c",
			DataBuckets:      []config.DataBucket{{Name: "raw"}, {Name: "processed-2", ForceDestroy: true}, {Name: "curated"}},
			LogRetentionDays: 7,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := config.LoadEnvironment(file(t, "Pulumi.prod.yaml", c.text), "prod")
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*got, c.want) {
				t.Errorf("got %+v, want %+v", *got, c.want)
			}
		})
	}
}

// TestProblems compares with the golden texts in testdata/problems: a file's
// part before the line "---- problems" is the configuration, what follows it is
// the error. UPDATE=1 writes the latter.
func TestProblems(t *testing.T) {
	const separator = "---- problems\n"
	paths, err := filepath.Glob("testdata/problems/*.txt")
	if err != nil || len(paths) < 10 {
		t.Fatalf("%d cases, %v", len(paths), err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txt")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text, want, _ := strings.Cut(string(data), separator)
			if strings.HasPrefix(name, "universal") {
				_, err = config.LoadUniversal(file(t, "Pulumi.universal.yaml", text), config.ShownAs("universal/Pulumi.universal.yaml"))
			} else {
				_, err = config.LoadEnvironment(file(t, "Pulumi.prod.yaml", text), "prod", config.ShownAs("infra/Pulumi.prod.yaml"))
			}
			if err == nil {
				t.Fatal("no error")
			}
			got := err.Error() + "\n"
			if strings.Contains(got, canary) {
				t.Error("a secret is in the error")
			}
			if os.Getenv("UPDATE") != "" {
				write(t, path, text+separator+got)
				return
			}
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "Pulumi.prod.yaml"), "")
	path := filepath.Join(dir, "Pulumi.prd.yaml")
	_, err := config.LoadEnvironment(path, "prd", config.ShownAs("infra/Pulumi.prd.yaml"))
	want := "infra/Pulumi.prd.yaml: the file does not exist\n  did you mean infra/Pulumi.prod.yaml?"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if _, err := config.LoadStack(path, config.AllowMissing()); err != nil {
		t.Errorf("AllowMissing: %v", err)
	}
	if _, err := config.LoadStack(path); err == nil {
		t.Error("LoadStack accepts a missing file")
	}
	if _, err := config.LoadStack(dir); err == nil || !strings.Contains(err.Error(), "not a file") {
		t.Errorf("a folder: %v", err)
	}
}
