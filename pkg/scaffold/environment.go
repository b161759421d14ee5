package scaffold

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Environment is an environment to be made.
type Environment struct {
	// Name is the environment's, such as "staging". Required.
	Name string
	// From is an environment whose file is copied. Default: none, the file has
	// the name alone.
	From string
}

// NewEnvironment makes the environment's Pulumi.<env>.yaml. A copy differs from
// its origin in the key environment alone; comments stay.
func (r Repo) NewEnvironment(e Environment) (*Result, error) {
	if err := checkEnvironment(e.Name); err != nil {
		return nil, err
	}
	path := filepath.Join(r.infra(), "Pulumi."+e.Name+".yaml")
	return r.do(func(c *change) error {
		if _, err := c.root.Lstat(path); err == nil {
			return c.exists(path)
		}
		data, err := c.environmentFile(e)
		if err != nil {
			return err
		}
		return c.newFile(path, data)
	})
}

func (c *change) environmentFile(e Environment) ([]byte, error) {
	if e.From == "" {
		return fmt.Appendf(nil, "# What the environment %s has.\nconfig:\n  environment: %s\n", e.Name, e.Name), nil
	}
	known := c.repo.Environments()
	if !slices.Contains(known, e.From) {
		p := problem.Problem{File: c.repo.shown(filepath.Join(c.repo.infra(), "Pulumi."+filepath.Base(e.From)+".yaml")),
			Summary: fmt.Sprintf("there is no environment %q to copy", e.From),
			Detail:  "the config repo has: " + strings.Join(known, ", ")}
		if near := problem.Nearest(e.From, known); near != "" {
			p.Hint = fmt.Sprintf("did you mean %q?", near)
		}
		return nil, p
	}
	origin := filepath.Join(c.repo.infra(), "Pulumi."+e.From+".yaml")
	if _, err := config.LoadEnvironment(c.repo.path(origin), e.From, config.Within(c.repo.Root)); err != nil {
		return nil, err
	}
	data, err := c.root.ReadFile(origin)
	if err != nil {
		return nil, problem.Problem{File: c.repo.shown(origin), Summary: "it cannot be read", Detail: reason(err)}
	}
	return renamed(data, e.Name)
}

// renamed is an environment's file for another name. The key is changed by
// pkg/config, on a copy outside the repo, so that the layout stays.
func renamed(data []byte, name string) (_ []byte, err error) {
	dir, err := os.MkdirTemp("", "dorc-new-")
	if err != nil {
		return nil, err
	}
	defer func() {
		if removed := os.RemoveAll(dir); err == nil {
			err = removed
		}
	}()
	path := filepath.Join(dir, "Pulumi."+name+".yaml")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return nil, err
	}
	options := config.SetOptions{Keys: config.EnvironmentKeys, Environment: name}
	if err := config.Set(path, "environment", name, options); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
