package stack

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/dorc-dev/dorc/pkg/artifact/dags"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// Project is a config repo with the settings under which dorc looks at it. What
// it reads it reads once.
type Project struct {
	// Settings are the variables that dorc was started with.
	Settings *settings.Settings
	// Providers changes the target's providers before an engine gets them, for
	// example to record what is asked of them. Default: they stay as they are.
	Providers func(engine.Providers) engine.Providers

	repo func() (*configrepo.Repo, error)
	// opened are the DAGs of repo, once it was read; nil when it has none.
	opened    *dags.Repo
	universal func() (*config.Universal, error)
	looked    looked
	resolved  resolved
	images    func() (*images, error)
}

// NewProject returns the project; it reads nothing yet.
func NewProject(s *settings.Settings) *Project {
	p := &Project{Settings: s}
	p.repo = sync.OnceValues(p.loadRepo)
	p.images = sync.OnceValues(p.openImages)
	p.universal = sync.OnceValues(func() (*config.Universal, error) {
		return config.LoadUniversal(p.universalConfigPath(),
			config.WithDefaultRegion(p.Settings.AWSRegion), config.Within(p.Settings.ConfigRepoPath))
	})
	return p
}

// Repo finds and validates the config repo.
func (p *Project) Repo() (*configrepo.Repo, error) { return p.repo() }

// Universal is the configuration of the universal stack.
func (p *Project) Universal() (*config.Universal, error) { return p.universal() }

// Region is where the stacks live: what the config repo says, else the settings.
func (p *Project) Region() string {
	if u, err := p.Universal(); err == nil && u.Region != "" {
		return u.Region
	}
	return p.Settings.AWSRegion
}

// Environment is the configuration of an environment.
func (p *Project) Environment(env string) (*config.Environment, error) {
	options := []config.Option{config.Within(p.Settings.ConfigRepoPath)}
	if u, err := p.Universal(); err == nil {
		options = append(options, config.Of(u))
	}
	return config.LoadEnvironment(p.infraConfigPath(env), env, options...)
}

func (p *Project) loadRepo() (*configrepo.Repo, error) {
	folder := ""
	if u, err := p.Universal(); err == nil {
		folder = u.SourceCodeFolder
	}
	repo, problems := configrepo.Load(p.Settings.ConfigRepoPath, folder)
	// What a pipeline's own files say is as much a part of the repo as its pipeline.yaml.
	p.openDAGs(repo)
	return repo, append(problems, readContents(repo)...).Err()
}

// Environments are the names for which infra/ has a Pulumi.<env>.yaml, sorted.
func (p *Project) Environments() []string {
	files, err := filepath.Glob(filepath.Join(p.dir(p.Settings.InfraStackName), "Pulumi.*.yaml"))
	if err != nil {
		return nil // the pattern is constant but for a plain name
	}
	var names []string
	for _, f := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "Pulumi."), ".yaml")
		if name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (p *Project) dir(instance string) string {
	return filepath.Join(p.Settings.ConfigRepoPath, instance)
}

func (p *Project) universalConfigPath() string {
	name := p.Settings.UniversalStackName
	return filepath.Join(p.dir(name), "Pulumi."+name+".yaml")
}

func (p *Project) infraConfigPath(env string) string {
	return filepath.Join(p.dir(p.Settings.InfraStackName), "Pulumi."+env+".yaml")
}

// folder is where a stack's main.go and Pulumi.<…>.yaml are.
func (p *Project) folder(r Ref) (string, error) {
	switch r.Kind {
	case KindUniversal:
		return p.dir(p.Settings.UniversalStackName), nil
	case KindInfra:
		return p.dir(p.Settings.InfraStackName), nil
	default:
		repo, err := p.Repo()
		if err != nil {
			return "", err
		}
		pipeline, err := repo.Pipeline(r.Layer, r.Pipeline)
		if err != nil {
			return "", err
		}
		return pipeline.Dir, nil
	}
}

// ConfigPath is the file that has the stack's configuration. It may not exist.
func (p *Project) ConfigPath(r Ref) (string, error) {
	folder, err := p.folder(r)
	if err != nil {
		return "", err
	}
	if r.Kind == KindUniversal {
		return p.universalConfigPath(), nil
	}
	return filepath.Join(folder, "Pulumi."+r.Env+".yaml"), nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
