// Command program is a program of someone's own that links the engine and an AWS
// SDK: Go records modules in programs, not in tests. Called as a plugin it is one:
// it serves the local AWS.
//
//	program linked                 the plugins that it was built with
//	program ensure PLUGIN          makes a plugin ready
//	program apply|destroy DIR      works on a stack with installed plugins
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	pulumiengine "github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/local/aws"
	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/state"
)

// What the plugin serves.
const (
	// Cloud names the folder of the local cloud.
	Cloud = "TEST_PLUGIN_CLOUD"
	// Account is its account. Default: the local cloud's.
	Account = "TEST_PLUGIN_ACCOUNT"
	// Environment names a file for the variables that the plugin was started with.
	Environment = "TEST_PLUGIN_ENVIRONMENT"
)

func main() {
	answer, err := do(filepath.Base(os.Args[0]), os.Args[1:])
	var p problem.Problem
	if errors.As(err, &p) {
		answer = p
	} else if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	_ = json.NewEncoder(os.Stdout).Encode(answer)
	if err != nil {
		os.Exit(1)
	}
}

func do(name string, args []string) (any, error) {
	if strings.HasPrefix(name, "pulumi-resource-") {
		return nil, serve()
	}
	switch args[0] {
	case "linked":
		return engine.LinkedPlugins()
	case "ensure":
		var p engine.Plugin
		if err := json.Unmarshal([]byte(args[1]), &p); err != nil {
			return nil, err
		}
		return engine.EnsurePlugin(context.Background(), p, nil)
	default:
		return operate(context.Background(), args[0], args[1])
	}
}

func serve() error {
	store, err := cloud.Open(os.Getenv(Cloud))
	if err != nil {
		return err
	}
	if file := os.Getenv(Environment); file != "" {
		if err := os.WriteFile(file, []byte(strings.Join(os.Environ(), "\n")), 0o600); err != nil {
			return err
		}
	}
	served := plugin.NewProviderServer(aws.NewProvider(store, aws.Options{Account: os.Getenv(Account)}))
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{Init: func(s *grpc.Server) error {
		pulumirpc.RegisterResourceProviderServer(s, served)
		return nil
	}})
	if err != nil {
		return err
	}
	fmt.Println(handle.Port) // that is how the engine finds it
	return <-handle.Done
}

// Shown is what a display was told, in order.
type shown struct{ Lines []string }

func (s *shown) Download(p engine.Plugin, stream io.ReadCloser, size int64) io.ReadCloser {
	s.Lines = append(s.Lines, fmt.Sprintf("download of %s, %d bytes", p, size))
	return stream
}

func (s *shown) Retry(engine.Plugin, string, time.Duration) {}

func (s *shown) Show(op engine.Operation, events <-chan pulumiengine.Event) {
	s.Lines = append(s.Lines, string(op.Kind))
	for e := range events {
		if d, ok := e.Payload().(pulumiengine.DiagEventPayload); ok && d.Severity == "error" {
			fmt.Fprintln(os.Stderr, d.Message)
		}
	}
}

func operate(ctx context.Context, verb, dir string) (any, error) {
	store, err := state.Open(ctx, "file://"+filepath.Join(dir, "state"))
	if err != nil {
		return nil, err
	}
	e := engine.Engine{
		Store: store, Providers: engine.Providers{Installed: true}, Owner: "test@here",
		Secrets: func(context.Context, string, *state.SecretsProvider) (secrets.Manager, error) {
			return state.NewPassphraseManager(func() (string, error) { return "passphrase", nil }, ""), nil
		},
	}
	s := engine.Stack{
		Name: "test", Dir: dir, Target: "cloud",
		Config: config.Map{config.MustMakeKey("aws", "region"): config.NewValue("eu-west-2")},
	}
	said := &shown{}
	if verb == "destroy" {
		_, err = e.Destroy(ctx, s, engine.Options{Display: said})
		return said, err
	}
	s.Program = engine.Inline(func(ctx *pulumi.Context) error {
		_, err := cloudwatch.NewLogGroup(ctx, "a", &cloudwatch.LogGroupArgs{Name: pulumi.String("/test/a")})
		return err
	})
	_, err = e.Apply(ctx, s, engine.Options{Display: said})
	return said, err
}
