package content

import (
	"os"
	"path/filepath"
	"sync"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/dbt"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// DAGs reads the DAGs of a config repo.
type DAGs struct {
	repo      *configrepo.Repo
	root      *os.Root
	dbt       []dag.DbtProject
	pipelines map[string]string
	images    []airflow.Image
}

// NewDAGs opens a config repo. Close it when its DAGs were read.
func NewDAGs(repo *configrepo.Repo) (*DAGs, error) {
	root, err := os.OpenRoot(repo.Root)
	if err != nil {
		return nil, problem.Problem{File: repo.Root, Summary: "the config repo cannot be read", Detail: err.Error()}
	}
	d := &DAGs{repo: repo, root: root, dbt: []dag.DbtProject{}, pipelines: map[string]string{}}
	for _, p := range repo.DbtProjects {
		d.dbt = append(d.dbt, dag.DbtProject{Name: p.Name, Path: p.Path, Profile: p.Profile, CheckVersion: d.versions(p.Path)})
	}
	for _, p := range repo.Pipelines {
		d.pipelines[p.ID()] = string(p.Definition.Kind)
	}
	return d, nil
}

// versions hold what tasks ask for against the lock file of a dbt project, which is read
// when a task does. What is wrong with the file is said where its image is checked.
func (d *DAGs) versions(project string) func(version string) *problem.Problem {
	lock := sync.OnceValue(func() *dbt.Lock {
		found, problems := dbt.FindLock(d.root.FS(), project, d.repo.Shown())
		if len(problems) > 0 {
			return nil
		}
		return found
	})
	return func(version string) *problem.Problem {
		if lock() == nil {
			return nil
		}
		return lock().CheckVersion(version)
	}
}

// SetImages says against which images operators and their arguments are checked. Without
// any they are not. Call it before Read.
func (d *DAGs) SetImages(images ...airflow.Image) { d.images = images }

// Close ends reading.
func (d *DAGs) Close() error { return d.root.Close() }

// Read reads and checks the DAG of a pipeline of kind dag, together with what else the
// repo has. It may be called for several pipelines at a time. The DAG is nil for a
// pipeline without one, that only its own program describes.
func (d *DAGs) Read(p *configrepo.Pipeline) (*dag.DAG, problem.List) {
	if p.DAG == nil {
		return nil, nil
	}
	rel, err := filepath.Rel(d.repo.Root, p.Dir)
	if err != nil {
		return nil, problem.List{{File: problem.Shown(p.Dir), Summary: "the folder is outside the config repo", Detail: err.Error()}}
	}
	rel = filepath.ToSlash(rel)
	files, err := openFolder(d.root, rel)
	if err != nil {
		return nil, problem.List{{File: problem.Shown(p.Dir), Summary: "the folder cannot be read", Detail: err.Error()}}
	}
	defer files.Close()
	return dag.Read(files, dag.Options{
		Dir: filepath.Join(d.repo.Shown(), filepath.FromSlash(rel)), Path: rel, Layer: p.Layer, Pipeline: p.Name, DOP: p.DAG.DOP,
		Dbt: d.dbt, Pipelines: d.pipelines, Root: d.root.FS(), Images: d.images,
	})
}
