package engine

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
)

// ProjectName is the Pulumi project of every stack.
const ProjectName = "Pipelines"

// Organization is what Pulumi's own file and bucket backends call the
// organization of every stack; references are organization/Pipelines/<stack>.
const Organization = "organization"

// Stack says what an operation works on.
type Stack struct {
	// Name is the stack's name, such as "infra-prod".
	Name string
	// Dir is the absolute path in which the program runs.
	Dir string
	// Config is the stack's configuration; keys have the namespace "Pipelines".
	Config config.Map
	// Decrypter opens secret values of Config. Default: none may be secret.
	Decrypter config.Decrypter
	// Program describes what should exist. Not needed to destroy, refresh or import.
	Program Program
	// Tags are kept beside the state.
	Tags map[string]string
	// Target is where the stack lives. A stack that was applied to another
	// target is refused.
	Target string
}

// Program is the body of a stack. It connects to the engine at info's addresses
// and registers resources.
type Program interface {
	Run(ctx context.Context, info ProgramInfo) error
}

// ProgramInfo is what the engine tells a program.
type ProgramInfo struct {
	Project, Stack, Dir     string
	Config                  map[string]string
	ConfigSecretKeys        []string
	MonitorAddr, EngineAddr string
	Parallel                int32
	DryRun                  bool
	// Log receives what the program prints, a line at a time.
	Log func(line string)
}
