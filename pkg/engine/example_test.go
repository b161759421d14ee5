package engine_test

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/infra"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/local/aws"
	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/state"
)

// A program of one's own applies a stack to the local cloud, looks at its
// outputs, and destroys it: no Pulumi CLI, no account, no other process.
func ExampleEngine() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	e, err := newEngine(ctx, dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	stack := engine.Stack{Name: "infra-prod", Dir: dir, Target: "local", Program: engine.Inline(program)}

	applied, err := e.Apply(ctx, stack, engine.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("changes:", applied.HasChanges())
	again, err := e.Plan(ctx, stack, engine.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("changes to come:", again.HasChanges())
	outputs, err := e.Outputs(ctx, "infra-prod")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(outputs["lambda_role_arn"].StringValue())
	if _, err := e.Destroy(ctx, stack, engine.Options{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// changes: true
	// changes to come: false
	// arn:aws:iam::000000000000:role/Example-prod-lambda-role
}

// program describes what an environment has.
func program(ctx *pulumi.Context) error {
	_, err := infra.CreateInfra(ctx, "infra", &infra.Args{
		Universal:   config.Universal{Project: "Example", Region: "eu-west-2"},
		Environment: config.Environment{Environment: "prod", DataBuckets: []config.DataBucket{{Name: "raw"}}},
		Account:     "000000000000",
	})
	return err
}

// newEngine is an engine whose state and whose cloud are folders.
func newEngine(ctx context.Context, dir string) (*engine.Engine, error) {
	store, err := state.Open(ctx, "file://"+dir+"/state")
	if err != nil {
		return nil, err
	}
	local, err := cloud.Open(dir + "/cloud")
	if err != nil {
		return nil, err
	}
	passphrase := func() (string, error) { return os.Getenv("PULUMI_CONFIG_PASSPHRASE"), nil }
	return &engine.Engine{
		Store: store,
		Owner: "example",
		Secrets: func(ctx context.Context, _ string, recorded *state.SecretsProvider) (secrets.Manager, error) {
			if recorded != nil {
				return state.RecordedSecrets(ctx, recorded, passphrase)
			}
			return state.NewPassphraseManager(passphrase, ""), nil
		},
		Providers: engine.Providers{InProcess: map[string]func() (plugin.Provider, error){
			"aws": func() (plugin.Provider, error) {
				return aws.NewProvider(local, aws.Options{Account: "000000000000", Region: "eu-west-2"}), nil
			},
		}},
	}, nil
}
