package dags

import (
	"maps"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/content"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Repo reads the DAGs of a config repo, each when it is needed, and once. Its methods
// may be called at the same time.
type Repo struct {
	repo   *configrepo.Repo
	reader *content.DAGs

	mutex sync.Mutex
	dags  map[string]*read
	users func() map[string][]string
}

// read is one DAG, read once.
type read struct {
	once     sync.Once
	dag      *dag.DAG
	problems problem.List
}

// Open opens a config repo. Operators and their arguments are checked against the
// images; without any they are not. Close it afterwards.
func Open(repo *configrepo.Repo, images ...airflow.Image) (*Repo, error) {
	reader, err := content.NewDAGs(repo)
	if err != nil {
		return nil, err
	}
	reader.SetImages(images...)
	r := &Repo{repo: repo, reader: reader, dags: map[string]*read{}}
	r.users = sync.OnceValue(r.findUsers)
	return r, nil
}

// Close ends reading.
func (r *Repo) Close() error { return r.reader.Close() }

// DAG reads and checks the DAG of a pipeline; nil for a pipeline that only its own
// program describes. The error is what is wrong, with places.
func (r *Repo) DAG(p *configrepo.Pipeline) (*dag.DAG, error) {
	d := r.read(p)
	return d.dag, d.problems.Err()
}

func (r *Repo) read(p *configrepo.Pipeline) *read {
	r.mutex.Lock()
	d, ok := r.dags[p.ID()]
	if !ok {
		d = &read{}
		r.dags[p.ID()] = d
	}
	r.mutex.Unlock()
	d.once.Do(func() { d.dag, d.problems = r.reader.Read(p) })
	return d
}

// Pipelines are the pipelines of kind dag.
func Pipelines(repo *configrepo.Repo) (found []*configrepo.Pipeline) {
	for _, p := range repo.Pipelines {
		if p.Definition.Kind == definition.KindDag && p.DAG != nil {
			found = append(found, p)
		}
	}
	return found
}

// DbtProjects are the names of the dbt projects that tasks of the DAG run, sorted.
func DbtProjects(d *dag.DAG) []string {
	names := map[string]bool{}
	for _, t := range d.Tasks {
		if t.Dbt != nil {
			names[t.Dbt.Project] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// findUsers are the ids of the DAGs that have tasks of a dbt project, by its name. It
// reads every DAG. What is wrong with others is said where they are compiled.
func (r *Repo) findUsers() map[string][]string {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	all := Pipelines(r.repo)
	for _, p := range all {
		group.Go(func() error {
			r.read(p)
			return nil
		})
	}
	_ = group.Wait() // none of them gives an error
	users := map[string][]string{}
	for _, p := range all {
		d := r.read(p).dag
		if d == nil || !d.Enabled {
			continue
		}
		for _, name := range DbtProjects(d) {
			users[name] = append(users[name], d.ID)
		}
	}
	for _, ids := range users {
		slices.Sort(ids)
	}
	return users
}
