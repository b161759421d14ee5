package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/promise"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// language is the engine's view of a Program. Only running it is meaningful:
// dorc neither generates nor packs programs.
type language struct {
	program    Program
	engineAddr string
	// log and fail show a line that the program printed and the error it ended with.
	log, fail func(string)
}

var _ plugin.LanguageRuntime = (*language)(nil)

var errNoLanguage = errors.New("dorc runs programs; it has no language tooling")

// Run implements plugin.LanguageRuntime. A failure that the engine has already
// shown as a diagnostic is not repeated: the second result says so.
func (l *language) Run(ctx context.Context, info plugin.RunInfo) (string, bool, error) {
	if l.program == nil {
		return "", false, errors.New("this operation has no program to run")
	}
	configuration := make(map[string]string, len(info.Config))
	for k, v := range info.Config {
		configuration[k.String()] = v
	}
	var secretKeys []string
	for _, k := range info.ConfigSecretKeys {
		secretKeys = append(secretKeys, k.String())
	}
	err := l.program.Run(ctx, ProgramInfo{
		Project:          info.Project,
		Stack:            info.Stack,
		Dir:              info.Pwd,
		Config:           configuration,
		ConfigSecretKeys: secretKeys,
		MonitorAddr:      info.MonitorAddress,
		EngineAddr:       l.engineAddr,
		Parallel:         info.Parallel,
		DryRun:           info.DryRun,
		Log:              l.log,
	})
	if err == nil {
		return "", false, nil
	}
	if ctx.Err() != nil || errors.Is(err, errReported) {
		return "", true, nil
	}
	// Returned to the engine, the message would begin with "an unhandled error occurred".
	if message, reported := programError(err); !reported {
		l.fail(message)
	}
	return "", true, nil
}

// programError is what a person should read of a program's error, and whether
// the engine has said it already.
func programError(err error) (string, bool) {
	var lines []string
	for _, line := range strings.Split(err.Error(), "\n") {
		if strings.Contains(line, "resource monitor shut down") {
			continue
		}
		if _, desc, ok := strings.Cut(line, " desc = "); ok {
			line = desc
		}
		line = strings.TrimSpace(line)
		if line == "" || strings.HasSuffix(line, "occurred:") {
			continue
		}
		lines = append(lines, strings.TrimPrefix(line, "* "))
	}
	return strings.Join(lines, "\n"), len(lines) == 0
}

func (*language) Close() error { return nil }

func (*language) Cancel(context.Context) error { return nil }

func (*language) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	return plugin.PluginInfo{}, nil
}

// GetRequiredPackages returns none: a program's resources name their provider's
// version, and the engine loads providers when it first needs them.
func (*language) GetRequiredPackages(
	context.Context, plugin.ProgramInfo,
) ([]workspace.PackageDescriptor, []workspace.PackageSpec, error) {
	return nil, nil, nil
}

func (*language) InstallDependencies(
	context.Context, plugin.InstallDependenciesRequest,
) (io.Reader, io.Reader, <-chan error, error) {
	return nil, nil, nil, errNoLanguage
}

func (*language) RuntimeOptionsPrompts(
	context.Context, plugin.ProgramInfo,
) ([]plugin.RuntimeOptionPrompt, error) {
	return nil, nil
}

func (*language) Template(context.Context, plugin.ProgramInfo, tokens.PackageName) error {
	return errNoLanguage
}

func (*language) About(context.Context, plugin.ProgramInfo) (plugin.AboutInfo, error) {
	return plugin.AboutInfo{}, nil
}

func (*language) GetProgramDependencies(
	context.Context, plugin.ProgramInfo, bool,
) ([]plugin.DependencyInfo, error) {
	return nil, nil
}

func (*language) RunPlugin(
	_ context.Context, info plugin.RunPluginInfo,
) (io.Reader, io.Reader, *promise.Promise[int32], error) {
	return nil, nil, nil, fmt.Errorf("plugin %s is written in a language that dorc does not run", info.Info.ProgramDirectory())
}

func (*language) GenerateProject(
	context.Context, string, string, string, bool, string, map[string]string,
) (hcl.Diagnostics, error) {
	return nil, errNoLanguage
}

func (*language) GeneratePackage(
	context.Context, string, string, map[string][]byte, string, map[string]string, bool,
) (hcl.Diagnostics, error) {
	return nil, errNoLanguage
}

func (*language) GenerateProgram(
	context.Context, map[string]string, string, bool,
) (map[string][]byte, hcl.Diagnostics, error) {
	return nil, nil, errNoLanguage
}

func (*language) Pack(context.Context, string, string) (string, error) { return "", errNoLanguage }

func (*language) Link(
	context.Context, plugin.ProgramInfo, []workspace.LinkablePackageDescriptor, string,
) (string, error) {
	return "", errNoLanguage
}
