package stack

import (
	"context"
	"errors"
	"os"
	"os/user"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/state"
)

// Store opens the state store.
func (p *Project) Store(ctx context.Context) (*state.Store, error) {
	if err := p.setEndpoint(); err != nil {
		return nil, err
	}
	return state.Open(ctx, p.stateURL())
}

// Engine opens the state store and the target's providers.
func (p *Project) Engine(ctx context.Context) (*engine.Engine, error) {
	store, err := p.Store(ctx)
	if err != nil {
		return nil, err
	}
	providers, err := p.providers()
	if err != nil {
		return nil, err
	}
	if p.Providers != nil {
		providers = p.Providers(providers)
	}
	return &engine.Engine{Store: store, Providers: providers, Secrets: p.secrets, Owner: owner()}, nil
}

// secrets opens a stack's secrets as its state says, or for a state without any as
// the stack's configuration says. Nothing is derived from the passphrase until a
// secret is met.
func (p *Project) secrets(
	ctx context.Context, name string, recorded *apitype.SecretsProvidersV1,
) (secrets.Manager, error) {
	source := state.SecretsSource{Recorded: recorded, Passphrase: p.passphrase}
	if recorded == nil {
		file, err := p.stackFile(name)
		if err != nil {
			return nil, err
		}
		source.Provider, source.EncryptedKey, source.EncryptionSalt = file.SecretsProvider, file.EncryptedKey, file.EncryptionSalt
	}
	return state.SecretsManagerFor(ctx, source)
}

// stackFile is the configuration file of a stack by the stack's name; empty when
// there is none, or the config repo no longer describes the stack.
func (p *Project) stackFile(name string) (*config.Stack, error) {
	ref, err := p.RefOfStack(name)
	if err != nil {
		return &config.Stack{}, nil // only its state is left
	}
	path, err := p.ConfigPath(ref)
	if err != nil {
		return nil, err
	}
	return config.LoadStack(path, config.AllowMissing(), config.Within(p.Settings.ConfigRepoPath))
}

func (p *Project) passphrase() (string, error) {
	return p.Settings.Passphrase.Reveal(), nil
}

// owner names who works, for locks and history.
func owner() string {
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	host, err := os.Hostname()
	if err != nil {
		return name
	}
	return name + "@" + host
}

// Stack is the stack as the engine wants it. Without withProgram its main.go is
// not built and what its YAML describes is not looked at: destroy and refresh
// need neither.
func (p *Project) Stack(ctx context.Context, r Ref, withProgram bool) (engine.Stack, error) {
	s := engine.Stack{
		Name:   r.Name(),
		Dir:    p.Settings.ConfigRepoPath,
		Target: string(p.Settings.Target),
		Tags: map[string]string{
			engine.TagKind: string(r.Kind), engine.TagEnvironment: r.Env,
			TagLayer: r.Layer, TagPipeline: r.Pipeline,
		},
	}
	path, err := p.ConfigPath(r)
	if err != nil && !withProgram {
		return s, nil // the config repo no longer has it; its state says what to delete
	}
	if err != nil {
		return s, err
	}
	configuration, err := config.LoadStack(path, config.AllowMissing(), config.Within(p.Settings.ConfigRepoPath))
	if err != nil {
		return s, err
	}
	if s.Config, err = p.cloudConfig(configuration.Config); err != nil {
		return s, err
	}
	if s.Decrypter, err = p.keyring().Decrypter(configuration); err != nil {
		return s, err
	}
	if !withProgram {
		return s, nil
	}
	if s.Program, err = p.program(ctx, r); err != nil {
		return s, err
	}
	s.Dir = filepath.Dir(path)
	return s, nil
}

// Tags that say what a pipeline's stack is.
const (
	TagLayer    = "dorc:layer"
	TagPipeline = "dorc:pipeline"
)

// Outputs are those of a stack that is applied.
func (p *Project) Outputs(ctx context.Context, r Ref) (resource.PropertyMap, error) {
	e, err := p.Engine(ctx)
	if err != nil {
		return nil, err
	}
	outputs, err := e.Outputs(ctx, r.Name())
	var absent *engine.NotAppliedError
	if errors.As(err, &absent) {
		return nil, notApplied(r)
	}
	return outputs, err
}
