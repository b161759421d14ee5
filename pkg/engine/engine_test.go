package engine_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	pulumiengine "github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/local/aws"
	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/state"
)

const logGroupType = "aws:cloudwatch/logGroup:LogGroup"

// bench is an engine on a local cloud of its own.
type bench struct {
	*engine.Engine
	cloud *cloud.Store
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b, err := openBench(t.Context(), t.TempDir())
	require.NoError(t, err)
	return b
}

// openBench opens the state and the local cloud in dir, and makes what is not there.
func openBench(ctx context.Context, dir string) (*bench, error) {
	store, err := state.Open(ctx, "file://"+filepath.Join(dir, "state"))
	if err != nil {
		return nil, err
	}
	local, err := cloud.Open(filepath.Join(dir, "cloud"))
	if err != nil {
		return nil, err
	}
	return &bench{cloud: local, Engine: &engine.Engine{
		Store: store,
		Owner: "test@here",
		Secrets: func(ctx context.Context, _ string, recorded *state.SecretsProvider) (secrets.Manager, error) {
			phrase := func() (string, error) { return "passphrase", nil }
			if recorded != nil {
				return state.RecordedSecrets(ctx, recorded, phrase)
			}
			return state.NewPassphraseManager(phrase, ""), nil
		},
		Providers: engine.Providers{InProcess: map[string]func() (plugin.Provider, error){
			"aws": func() (plugin.Provider, error) {
				return aws.NewProvider(local, aws.Options{Account: "000000000000", Region: "eu-west-2"}), nil
			},
		}},
	}}, nil
}

// groups is a program with these log groups, whose retention is in days.
func groups(retention int, names ...string) engine.Program {
	return engine.Inline(func(ctx *pulumi.Context) error {
		for _, name := range names {
			group, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
				Name: pulumi.String("/test/" + name), RetentionInDays: pulumi.Int(retention),
			}, pulumi.DeleteBeforeReplace(true))
			if err != nil {
				return err
			}
			ctx.Export(name, group.Arn)
		}
		return nil
	})
}

func stackOf(t *testing.T, p engine.Program) engine.Stack {
	t.Helper()
	return engine.Stack{Name: "test", Dir: t.TempDir(), Program: p, Target: "local"}
}

func urn(name string) string {
	return fmt.Sprintf("urn:pulumi:test::Pipelines::%s::%s", logGroupType, name)
}

// watch keeps what the engine says.
type watch struct {
	mu       sync.Mutex
	messages []string
}

func (w *watch) Show(_ engine.Operation, events <-chan pulumiengine.Event) {
	for e := range events {
		if p, ok := e.Payload().(pulumiengine.DiagEventPayload); ok {
			w.mu.Lock()
			w.messages = append(w.messages, colors.Never.Colorize(p.Message))
			w.mu.Unlock()
		}
	}
}

func (w *watch) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.messages, "\n")
}

// names are the log groups that the local cloud has.
func (b *bench) names(t *testing.T) []string {
	t.Helper()
	documents, err := b.cloud.List(logGroupType)
	require.NoError(t, err)
	var names []string
	for _, d := range documents {
		names = append(names, strings.TrimPrefix(d.ID, "/test/"))
	}
	return names
}

// apply applies and shows what the engine said when it fails.
func (b *bench) apply(t *testing.T, s engine.Stack, o engine.Options) *engine.Result {
	t.Helper()
	said := &watch{}
	o.Display = said
	result, err := b.Apply(t.Context(), s, o)
	require.NoError(t, err, said.text())
	return result
}
