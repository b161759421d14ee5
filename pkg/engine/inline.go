package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Inline is a program that runs in this process.
type Inline pulumi.RunFunc

// Run implements Program. A panic in the body becomes an error.
func (f Inline) Run(ctx context.Context, info ProgramInfo) (err error) {
	pctx, err := pulumi.NewContext(ctx, pulumi.RunInfo{
		Project:          info.Project,
		RootDirectory:    info.Dir,
		Stack:            info.Stack,
		Config:           info.Config,
		ConfigSecretKeys: info.ConfigSecretKeys,
		Parallel:         info.Parallel,
		DryRun:           info.DryRun,
		MonitorAddr:      info.MonitorAddr,
		EngineAddr:       info.EngineAddr,
		Organization:     Organization,
	})
	if err != nil {
		return fmt.Errorf("connecting the program to the engine: %w", err)
	}
	defer func() { err = errors.Join(err, pctx.Close()) }()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the program panicked: %v", r)
		}
	}()
	return pulumi.RunWithContext(pctx, pulumi.RunFunc(f))
}
