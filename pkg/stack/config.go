package stack

import (
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/state"
)

// keyring opens the secrets of configuration files.
func (p *Project) keyring() config.Keyring {
	return config.Keyring{Passphrase: p.Settings.Passphrase, Cloud: state.CloudSecrets}
}

// ConfigGet reads a key of the stack's configuration.
func (p *Project) ConfigGet(r Ref, key string, reveal bool) (config.Entry, error) {
	path, err := p.ConfigPath(r)
	if err != nil {
		return config.Entry{}, err
	}
	return config.Get(path, key, config.ReadOptions{Reveal: reveal, Keyring: p.keyring(), Within: p.Settings.ConfigRepoPath})
}

// ConfigList reads every key of the stack's configuration.
func (p *Project) ConfigList(r Ref, reveal bool) ([]config.Entry, error) {
	path, err := p.ConfigPath(r)
	if err != nil {
		return nil, err
	}
	return config.List(path, config.ReadOptions{Reveal: reveal, Keyring: p.keyring(), Within: p.Settings.ConfigRepoPath})
}

// ConfigSet writes a key of the stack's configuration. Keys of dorc's own
// programs are checked; a program of the user's own may have any.
func (p *Project) ConfigSet(r Ref, key, value string, secret bool) error {
	path, err := p.ConfigPath(r)
	if err != nil {
		return err
	}
	options := config.SetOptions{Secret: secret, Keyring: p.keyring(), Environment: r.Env, Within: p.Settings.ConfigRepoPath}
	if !exists(filepath.Join(filepath.Dir(path), "main.go")) {
		switch r.Kind {
		case KindUniversal:
			options.Keys = config.UniversalKeys
		case KindInfra:
			options.Keys = config.EnvironmentKeys
		case KindPipeline:
			options.Keys = config.AnyKeys
		}
	}
	return config.Set(path, key, value, options)
}
