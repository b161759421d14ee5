package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/scaffold"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// scaffoldRepo is the config repo as pkg/scaffold wants it.
type scaffoldRepo struct {
	scaffold.Repo
	settings *settings.Settings
}

// newScaffoldRepo loads the settings. A universal stack that is not there yet is
// no mistake, one with mistakes is.
func (a *app) newScaffoldRepo() (scaffoldRepo, error) {
	p, err := a.project()
	if err != nil {
		return scaffoldRepo{}, err
	}
	s := p.Settings
	repo := scaffoldRepo{settings: s, Repo: scaffold.Repo{
		Root: s.ConfigRepoPath, InfraFolder: s.InfraStackName, Account: s.AWSAccount,
		Reserved: []string{s.UniversalStackName, s.InfraStackName}, Templates: s.PipelineTemplatePath,
	}}
	if file := filepath.Join(s.Root, "schema", definition.SchemaFile); isFile(file) {
		repo.Schema = file
	}
	if !isFile(s.UniversalConfigPath()) {
		return repo, nil
	}
	u, err := p.Universal()
	if err != nil {
		return repo, err
	}
	repo.SourceCodeFolder, repo.Project = u.SourceCodeFolder, u.Project
	return repo, nil
}

// shown is a path below the config repo as a person would type it in dorc's folder.
func (r scaffoldRepo) shown(path string) string {
	return r.settings.Relative(filepath.Join(r.Root, path))
}

// nextApply says how a pipeline with a new function comes to life.
func (r scaffoldRepo) nextApply(pipeline, layer string) string {
	return fmt.Sprintf("dorc apply %s, for the image repository; then dorc apply %s --layer %s --env <env>",
		r.settings.UniversalStackName, pipeline, layer)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// printCreated says what was written, what is still wrong with the repo, and what comes next.
func (a *app) printCreated(repo scaffoldRepo, r *scaffold.Result, next string) error {
	if a.json {
		return json.NewEncoder(a.stdout).Encode(struct {
			Created  []string     `json:"created"`
			Changed  []string     `json:"changed,omitempty"`
			Problems problem.List `json:"problems,omitempty"`
		}{r.Created, r.Changed, r.Left})
	}
	var b strings.Builder
	for _, path := range r.Created {
		fmt.Fprintln(&b, "created", repo.shown(path))
	}
	for _, path := range r.Changed {
		fmt.Fprintln(&b, "changed", repo.shown(path))
	}
	fmt.Fprintln(&b, "Next:", next)
	if _, err := fmt.Fprint(a.stdout, b.String()); err != nil || len(r.Left) == 0 {
		return err
	}
	_, err := fmt.Fprintf(a.stderr, "The config repo had problems before, and still has:\n%s\n", r.Left.Error())
	return err
}
