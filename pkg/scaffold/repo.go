package scaffold

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Repo is the config repo that something is added to.
type Repo struct {
	// Root is its path.
	Root string
	// SourceCodeFolder is the folder of layers below Root. Default: "src".
	SourceCodeFolder string
	// InfraFolder is the folder of the environments' files below Root. Default: "infra".
	InfraFolder string
	// Reserved are names that no pipeline can have, since a command's first
	// argument would mean something else: those of universal and infra.
	Reserved []string
	// Project and Account make the cloud names that are checked. Without a
	// Project, as in a repo that has no universal stack yet, none are.
	Project, Account string
	// Schema is the path of the JSON Schema of pipeline.yaml that editors use; that of
	// dag.yaml is beside it. Default: copies in the repo's root, which are made where
	// there are none.
	Schema string
	// Templates is a folder with templates of the user's own. Default: dorc's.
	Templates string
}

// Result is what was written. Paths are relative to the repo's root.
type Result struct {
	// Created and Changed are files, in the order in which they were written.
	Created, Changed []string
	// Left are problems that the repo had before and still has.
	Left problem.List
}

func (r Repo) source() string {
	return filepath.Clean(cmp.Or(r.SourceCodeFolder, configrepo.DefaultSourceCodeFolder))
}

func (r Repo) infra() string { return filepath.Clean(cmp.Or(r.InfraFolder, "infra")) }

func (r Repo) path(path string) string { return filepath.Join(r.Root, path) }

// shown is a path below the root as problems name it: relative to the working
// folder when it is below it, as configrepo does.
func (r Repo) shown(path string) string {
	path = r.path(path)
	wd, err := os.Getwd()
	if err != nil || !filepath.IsAbs(path) {
		return path
	}
	if rel, err := filepath.Rel(wd, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// Layers are the layers that have pipelines, sorted.
func (r Repo) Layers() []string {
	// Problems are none of the layers.
	repo, _ := configrepo.Load(r.Root, r.SourceCodeFolder)
	var layers []string
	for _, p := range repo.Pipelines {
		layers = append(layers, p.Layer)
	}
	return slices.Compact(layers)
}

// Environments are the names for which the repo has a Pulumi.<env>.yaml, sorted.
func (r Repo) Environments() []string {
	files, err := filepath.Glob(filepath.Join(globEscape(r.path(r.infra())), "Pulumi.*.yaml"))
	if err != nil {
		return nil // the pattern is well formed
	}
	var names []string
	for _, f := range files {
		if name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "Pulumi."), ".yaml"); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

var globEscape = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace

// problems are all that is wrong with the repo as it lies on disk.
func (r Repo) problems() problem.List {
	repo, found := configrepo.Load(r.Root, r.SourceCodeFolder)
	var names []naming.Names
	for _, env := range r.Environments() {
		path := r.path(filepath.Join(r.infra(), "Pulumi."+env+".yaml"))
		if _, err := config.LoadEnvironment(path, env, config.Within(r.Root)); err != nil {
			found = append(found, asProblems(err)...)
		}
		names = append(names, naming.Names{Project: r.Project, Environment: env, Account: r.Account})
	}
	if r.Project != "" {
		found = append(found, configrepo.Check(repo, names...)...)
	}
	return found
}

// added are the problems in after that before does not have. Lines may have
// moved, so they are not compared.
func added(before, after problem.List) problem.List {
	var fresh problem.List
	for _, p := range after {
		same := func(q problem.Problem) bool {
			q.Line, q.Column = p.Line, p.Column
			return p == q
		}
		if !slices.ContainsFunc(before, same) {
			fresh = append(fresh, p)
		}
	}
	return fresh
}

func asProblems(err error) problem.List {
	var list problem.List
	var one problem.Problem
	switch {
	case errors.As(err, &list):
		return list
	case errors.As(err, &one):
		return problem.List{one}
	default:
		return problem.List{{Summary: fmt.Sprint(err)}}
	}
}
