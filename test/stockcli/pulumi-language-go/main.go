// Command pulumi-language-go runs Go programs for the stock Pulumi CLI. The
// official one is in no module, so the tests have this: it builds the program's
// folder and starts it with the variables that the Go SDK reads. It finds no
// plugins that a program needs and has none of the tooling.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/constant"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve() error {
	// Flags of the CLI that do not matter here.
	flag.String("root", "", "")
	flag.String("tracing", "", "")
	flag.Parse()
	served, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, &host{engine: flag.Arg(0)})
			return nil
		},
	})
	if err != nil {
		return err
	}
	fmt.Println(served.Port)
	return <-served.Done
}

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	// engine is the address of the CLI's engine.
	engine string
}

// GetRequiredPackages returns none: the tests install the plugins.
func (*host) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// GetPluginInfo has nothing to say.
func (*host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{}, nil
}

// Run builds and runs the program.
func (h *host) Run(ctx context.Context, r *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	binary, err := build(ctx, r.GetInfo().GetProgramDirectory())
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	env, err := h.environment(r)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, binary)
	cmd.Dir, cmd.Env = r.GetPwd(), env
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case errors.As(err, &exit) && exit.ExitCode() == constant.ExitStatusLoggedError:
		return &pulumirpc.RunResponse{Bail: true}, nil
	default:
		return &pulumirpc.RunResponse{Error: "the program: " + err.Error()}, nil
	}
}

// build builds where the folder really is, so that Go finds its module, into a
// place that stays, so that Go does it only once.
func build(ctx context.Context, folder string) (string, error) {
	folder, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	binary := filepath.Join(cache, "pulumi-language-go", url.PathEscape(folder))
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, ".")
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building %s: %w\n%s", folder, err, out)
	}
	return binary, nil
}

// environment is what the Go SDK reads. Source: sdk/go/pulumi/run.go.
func (h *host) environment(r *pulumirpc.RunRequest) ([]string, error) {
	config, err := json.Marshal(r.GetConfig())
	if err != nil {
		return nil, err
	}
	secretKeys, err := json.Marshal(r.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	return append(os.Environ(),
		"PULUMI_ORGANIZATION="+r.GetOrganization(),
		"PULUMI_PROJECT="+r.GetProject(),
		"PULUMI_ROOT_DIRECTORY="+r.GetInfo().GetRootDirectory(),
		"PULUMI_STACK="+r.GetStack(),
		"PULUMI_CONFIG="+string(config),
		"PULUMI_CONFIG_SECRET_KEYS="+string(secretKeys),
		"PULUMI_DRY_RUN="+strconv.FormatBool(r.GetDryRun()),
		"PULUMI_PARALLEL="+strconv.Itoa(int(r.GetParallel())),
		"PULUMI_MONITOR="+r.GetMonitorAddress(),
		"PULUMI_ENGINE="+h.engine,
	), nil
}
