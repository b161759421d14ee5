package config_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/config"
)

type noResources struct{}

func (noResources) NewResource(pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	return "", nil, nil
}

func (noResources) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

// run runs a program with the configuration of a file, as the engine hands it over.
func run(t *testing.T, path string, secretKeys []string, program pulumi.RunFunc) error {
	t.Helper()
	s, err := config.LoadStack(path)
	if err != nil {
		t.Fatal(err)
	}
	decrypter, err := config.Keyring{}.Decrypter(s)
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Config.Decrypt(decrypter)
	if err != nil {
		t.Fatal(err)
	}
	return pulumi.RunErr(program, pulumi.WithMocks(config.ProjectName, "universal", noResources{}), func(info *pulumi.RunInfo) {
		info.Config = map[string]string{}
		for k, v := range values {
			info.Config[k.String()] = v
		}
		info.ConfigSecretKeys = secretKeys
	})
}

// TestContextReadsAsTheFileDoes holds that a program gets what dorc reads from
// the file.
func TestContextReadsAsTheFileDoes(t *testing.T) {
	path := file(t, "Pulumi.universal.yaml", `config:
  project: ExampleDorc
  region:
  tags: {team: "a: @é = b", "yes": "true"}
  source_code_folder: pipelines
  aws: true
  gcp: {project_id: exampledorc-data, region: europe-west2, python_version: "3.10", apis: [bigquery.googleapis.com]}
  aws:region: us-east-1
`)
	want, err := config.LoadUniversal(path, config.WithDefaultRegion("us-east-1"))
	if err != nil {
		t.Fatal(err)
	}
	err = run(t, path, nil, func(ctx *pulumi.Context) error {
		got, err := config.UniversalFromContext(ctx)
		if !reflect.DeepEqual(got, *want) {
			t.Errorf("got %+v, want %+v", got, *want)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}

	path = file(t, "Pulumi.prod.yaml", `config:
  environment: prod
  vpc_id: vpc-01234567
  private_subnet_ids: [subnet-01234567]
  data_buckets: [raw, {name: processed, force_destroy: true}]
  log_retention_days: 7
  gcp:
    temp_retention_days: 3
    workflows_service_account: ""
    network: {cidr: 10.0.0.0/24}
    data_buckets: [raw, {name: curated, force_destroy: true}]
    connection_profiles: {orders: {host: 10.0.0.5, port: 5432, database: orders, user: reader}}
`)
	wantEnv, err := config.LoadEnvironment(path, "prod")
	if err != nil {
		t.Fatal(err)
	}
	err = run(t, path, nil, func(ctx *pulumi.Context) error {
		got, err := config.EnvironmentFromContext(ctx)
		if !reflect.DeepEqual(got, *wantEnv) {
			t.Errorf("got %+v, want %+v", got, *wantEnv)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestContextProblems(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
		secretKeys       []string
	}{
		{name: "missing", text: "config: {region: eu-west-2}\n", want: `configuration of stack universal: missing key project
  add "project: ExampleDorc" below config:`},
		{name: "wrong", text: "config: {project: a, region: London, tags: {team: 1, aws:x: y}, gcp: {}}\n", want: `configuration of stack universal: region is not an AWS region
  it is "London"
  use a region's code, such as eu-west-2
configuration of stack universal: tag "team" is not a text
  it is a number
  put it in quotes
configuration of stack universal: gcp has no project_id
  add project_id: exampledorc-data
configuration of stack universal: gcp has no region
  add region: europe-west2
configuration of stack universal: tag "aws:x" has AWS's own prefix
  AWS keeps aws: for itself
  use another name`},
		{name: "secret", text: "config: {project: a, region: " + canary + "}\n", secretKeys: []string{"Pipelines:region"}, want: `configuration of stack universal: region cannot be a secret
  only keys of a program of your own and of providers can; write it in clear`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got error
			_ = run(t, file(t, "Pulumi.universal.yaml", c.text), c.secretKeys, func(ctx *pulumi.Context) error {
				_, got = config.UniversalFromContext(ctx)
				return nil
			})
			if got == nil || got.Error() != c.want || strings.Contains(got.Error(), canary) {
				t.Errorf("got:\n%v\nwant:\n%s", got, c.want)
			}
		})
	}
}
