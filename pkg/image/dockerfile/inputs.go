package dockerfile

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Inputs says which files of the repo a build can see. What the base image's own
// ONBUILD triggers and ADD of an address bring is not in it.
type Inputs struct {
	// Patterns are sorted paths below the root, with slashes and with Docker's
	// wildcards (those of path.Match). One that matches a folder means all of it.
	Patterns []string
	// Everything says that any file may be seen: the whole repo is copied or
	// mounted, or it cannot be told.
	Everything bool
	// Ignore is the name of the file that excludes others: Dockerfile.dockerignore
	// or .dockerignore; "" without.
	Ignore string

	excluded *ignore
}

// Inputs evaluates the Dockerfile with a function's folder, a path below the
// root with slashes, as CODE_PATH. Stages that the last one does not need are
// left out, as BuildKit does.
func (f *File) Inputs(functionPath string) (Inputs, error) {
	if !fs.ValidPath(functionPath) || functionPath == "." {
		return Inputs{}, fmt.Errorf("%q is no path below the config repo", functionPath)
	}
	excluded, err := readIgnore(f.root)
	if err != nil {
		return Inputs{}, err
	}
	if f.foreign != nil {
		return Inputs{Everything: true, Ignore: excluded.name, excluded: excluded}, nil
	}
	p, err := f.parse()
	if err != nil {
		return Inputs{}, err
	}
	global, err := newScope(p, map[string]string{codePath: functionPath})
	if err != nil {
		return Inputs{}, f.syntax(err)
	}
	c := &collector{f: f, p: p, global: global, done: map[int]*scope{}, patterns: map[string]bool{}}
	if _, err := c.stage(p.last()); err != nil {
		return Inputs{}, err
	}
	return Inputs{
		Patterns: slices.Sorted(maps.Keys(c.patterns)), Everything: c.everything,
		Ignore: excluded.name, excluded: excluded,
	}, nil
}

// collector walks the stages that the last one needs.
type collector struct {
	f          *File
	p          *parsed
	global     *scope
	done       map[int]*scope
	patterns   map[string]bool
	everything bool
}

// stage returns the scope at the stage's end, for those that are made from it.
func (c *collector) stage(i int) (*scope, error) {
	if s, ok := c.done[i]; ok {
		return s, nil
	}
	stage := c.p.stages[i]
	base, unknown, err := c.global.expand(stage.BaseName)
	if err != nil {
		return nil, c.fail(lineOf(stage.Location), err)
	}
	c.everything = c.everything || len(unknown) > 0
	s := c.global.stage()
	if parent, ok := instructions.HasStage(c.p.stages[:i], base); ok {
		inherited, err := c.stage(parent)
		if err != nil {
			return nil, err
		}
		s = inherited.clone()
	}
	for _, cmd := range stage.Commands {
		if err := c.command(i, s, cmd); err != nil {
			return nil, c.fail(lineOf(cmd.Location()), err)
		}
	}
	c.done[i] = s
	return s, nil
}

func (c *collector) fail(line int, err error) error {
	if known, ok := err.(problem.Problem); ok {
		return known
	}
	return c.f.at(line, "the Dockerfile has a syntax error", err.Error(), "Correct the instruction.")
}

func (c *collector) command(i int, s *scope, cmd instructions.Command) error {
	switch cmd := cmd.(type) {
	case *instructions.ArgCommand:
		return s.declare(cmd.Args)
	case *instructions.EnvCommand:
		return s.environment(cmd.Env)
	case *instructions.CopyCommand:
		if cmd.From != "" {
			return c.from(i, cmd.From)
		}
		return c.sources(s, cmd.SourcePaths)
	case *instructions.AddCommand:
		return c.sources(s, slices.DeleteFunc(cmd.SourcePaths, remote))
	case *instructions.RunCommand:
		return c.mounts(i, s, cmd)
	case *instructions.OnbuildCommand:
		c.everything = true // what a trigger copies is told where it fires
	}
	return nil
}

// remote tells an address from a path.
func remote(source string) bool {
	return strings.Contains(source, "://") || strings.HasPrefix(source, "git@")
}

// from is a stage by name or number; anything else is an image.
func (c *collector) from(i int, name string) error {
	n, ok := instructions.HasStage(c.p.stages[:i], name)
	if number, err := strconv.Atoi(name); !ok && err == nil && number >= 0 && number < i {
		n, ok = number, true
	}
	if !ok {
		return nil
	}
	_, err := c.stage(n)
	return err
}

func (c *collector) sources(s *scope, words []string) error {
	for _, word := range words {
		source, unknown, err := s.expand(word)
		if err != nil {
			return err
		}
		c.add(source, unknown)
	}
	return nil
}

func (c *collector) mounts(i int, s *scope, cmd *instructions.RunCommand) error {
	var unknown []string
	err := cmd.Expand(func(word string) (string, error) {
		value, missing, err := s.expand(word)
		unknown = append(unknown, missing...)
		return value, err
	})
	if err != nil {
		return err
	}
	for _, m := range instructions.GetMounts(cmd) {
		if m.From != "" {
			if err := c.from(i, m.From); err != nil {
				return err
			}
		} else if m.Type == instructions.MountTypeBind {
			c.add(m.Source, unknown)
		}
	}
	return nil
}

// add takes a source as BuildKit does: below the root, whatever its dots say.
func (c *collector) add(source string, unknown []string) {
	source = strings.TrimPrefix(path.Clean("/"+filepath.ToSlash(source)), "/")
	if source == "" || len(unknown) > 0 {
		c.everything = true
		return
	}
	c.patterns[source] = true
}
