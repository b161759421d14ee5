package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// serveProgram serves the program of n resources to the Pulumi CLI, as the
// Automation API's inline programs are served, until its input ends.
func serveProgram(args []string) error {
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, inlineProgram{n: n})
			return nil
		},
	})
	if err != nil {
		return err
	}
	if _, err := fmt.Printf("127.0.0.1:%d\n", handle.Port); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	close(cancel)
	<-handle.Done
	return err
}

// inlineProgram is a language runtime with one program.
type inlineProgram struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	n int
}

// GetRequiredPlugins implements pulumirpc.LanguageRuntimeServer: the resources
// are the engine's own.
func (inlineProgram) GetRequiredPlugins(
	context.Context, *pulumirpc.GetRequiredPluginsRequest,
) (*pulumirpc.GetRequiredPluginsResponse, error) {
	return &pulumirpc.GetRequiredPluginsResponse{}, nil
}

// Run implements pulumirpc.LanguageRuntimeServer.
func (p inlineProgram) Run(ctx context.Context, r *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	info := pulumi.RunInfo{
		MonitorAddr: r.GetMonitorAddress(), Config: r.GetConfig(), ConfigSecretKeys: r.GetConfigSecretKeys(),
		Project: r.GetProject(), Stack: r.GetStack(), Organization: r.GetOrganization(),
		Parallel: r.GetParallel(), DryRun: r.GetDryRun(),
	}
	if len(r.GetArgs()) > 0 {
		info.EngineAddr = r.GetArgs()[0]
	}
	program, err := pulumi.NewContext(ctx, info)
	if err != nil {
		return nil, err
	}
	defer func() { _ = program.Close() }() // the CLI has what it needs
	if err := pulumi.RunWithContext(program, p.resources); err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	return &pulumirpc.RunResponse{}, nil
}

func (p inlineProgram) resources(ctx *pulumi.Context) error {
	for i := range p.n {
		args := &pulumi.StashArgs{Input: pulumi.Sprintf("value %d", i)}
		if _, err := pulumi.NewStash(ctx, fmt.Sprintf("it%d", i), args); err != nil {
			return err
		}
	}
	return nil
}
