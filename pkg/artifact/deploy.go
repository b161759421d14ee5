package artifact

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// DeployOptions say how and by whom something is deployed.
type DeployOptions struct {
	// By is a person and a machine, such as "ana@laptop". Required.
	By string
	// How is "deploy", "apply" or "destroy". Default: "deploy".
	How string
	// Wait is how long to wait for someone else who deploys to the place. Default: not
	// at all.
	Wait time.Duration
	// Ready says why the environment cannot take DAGs of the place's line now, for example
	// because it is being updated; a removal does not ask. Default: it can.
	Ready func(ctx context.Context) error
	// HasImage says whether there is an image of a digest in a repository; a removal does
	// not ask. Default: there is.
	HasImage func(ctx context.Context, repository, digest string) (bool, error)
	// Say hears for whom and how long it waits. Default: nobody.
	Say func(line string)
	// Now is the clock on the wall. Default: time.Now.
	Now func() time.Time
}

func (o DeployOptions) complete() DeployOptions {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Ready == nil {
		o.Ready = func(context.Context) error { return nil }
	}
	if o.HasImage == nil {
		o.HasImage = func(context.Context, string, string) (bool, error) { return true, nil }
	}
	if o.How == "" {
		o.How = "deploy"
	}
	if o.Say == nil {
		o.Say = func(string) {}
	}
	return o
}

// Deploy makes what lies below the place's prefix that of the artifact: all of it,
// or for an artifact of one pipeline that pipeline's folder. Nothing is changed
// before every byte is verified and the place may be changed. A deploy that broke
// off anywhere is completed by the next one, of whatever artifact.
func (s Store) Deploy(ctx context.Context, id string, to Place, o DeployOptions) (*Record, error) {
	o = o.complete()
	m, err := s.Manifest(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := m.fits(to); err != nil {
		return nil, err
	}
	if err := m.checkImages(ctx, o.HasImage); err != nil {
		return nil, err
	}
	files, err := s.files(ctx, m)
	if err != nil {
		return nil, err
	}
	wanted := map[string][]byte{}
	for _, f := range files {
		if name, ok := content.Deployed(to.Line, f.Path); ok {
			wanted[name] = f.Data
		}
	}
	if err := o.Ready(ctx); err != nil {
		return nil, err
	}
	r := &Record{Artifact: m.ID, Scope: m.Scope}
	return r, s.within(ctx, to, r, o, func(ctx context.Context, d *deploying) error {
		if r.Unseen, err = to.neighbours(ctx, m.DAGs); err != nil {
			return err
		}
		return d.take(ctx, m, wanted)
	})
}

// Remove removes a pipeline's folder from the place. With it goes what dorc keeps
// there, when it was the last one.
func (s Store) Remove(ctx context.Context, pipeline string, from Place, o DeployOptions) (*Record, error) {
	o = o.complete()
	if err := content.CheckPath(pipeline); err != nil {
		return nil, err
	}
	r := &Record{Scope: pipeline}
	return r, s.within(ctx, from, r, o, func(ctx context.Context, d *deploying) error { return d.drop(ctx, pipeline) })
}

// within runs f under the place's lease, and records what it did.
func (s Store) within(ctx context.Context, at Place, r *Record, o DeployOptions, f func(context.Context, *deploying) error) (err error) {
	what := r.Artifact
	if what == "" {
		what = "the removal of " + r.Scope
	}
	leased, lease, err := acquire(ctx, at.Bucket, at.Prefix, holder{By: o.By, What: what}, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lease.release(ctx)) }()
	at.Bucket = guarded{at.Bucket, lease}
	d := &deploying{store: s, at: at, record: r, by: o.By, now: o.Now}
	if d.deployed, d.generation, err = readDeployed(leased, at.Bucket, at.Prefix); err != nil {
		return err
	}
	r.begin(at, o, d.deployed)
	err = f(leased, d)
	if cause := context.Cause(leased); cause != nil && err != nil {
		return cause
	}
	return err
}

// fits refuses an artifact that is not for the place.
func (m *Manifest) fits(to Place) error {
	refuse := func(summary, detail, hint string) error {
		return problem.Problem{Resource: "artifact " + m.ID, Summary: summary, Detail: detail, Hint: hint}
	}
	if m.ServiceProject != to.ServiceProject {
		return refuse("the artifact is of another service project", fmt.Sprintf("it is of %s; the config repo is %s", m.ServiceProject, to.ServiceProject),
			"Deploy it from the config repo that it was built from.")
	}
	if !m.Has(to.Line) {
		return refuse(fmt.Sprintf("the artifact is not compiled for Airflow %s, which %s has", to.Line, to.Environment),
			"it is compiled for "+strings.Join(m.Lines, ", "),
			"Build it again from the same commit with an environment, or --image-version, of that line.")
	}
	for _, d := range m.DAGs {
		if err := d.EnvironmentLimit.Check(to.Environment); err != nil {
			return err
		}
	}
	return nil
}

// deploying is one deploy under its lease.
type deploying struct {
	store      Store
	at         Place
	record     *Record
	by         string
	now        func() time.Time
	deployed   *Deployed
	generation int64
}

// take puts an artifact's files into their places.
func (d *deploying) take(ctx context.Context, m *Manifest, wanted map[string][]byte) error {
	if err := d.unowned(m); err != nil {
		return err
	}
	if m.Scope != "" {
		if err := d.claim(ctx, m.Scope); err != nil {
			return err
		}
	}
	switch {
	case len(m.DAGs) == 0: // nothing for Airflow to keep out of
	case m.Scope == "":
		wanted[ignoreName] = []byte(ignoreText)
	default:
		if err := d.ignore(ctx); err != nil {
			return err
		}
	}
	difference, err := d.at.compare(ctx, m.Scope, wanted)
	if err != nil {
		return err
	}
	if err := d.change(ctx, difference); err != nil {
		return err
	}
	at := d.now().UTC().Round(time.Second)
	entries := map[string]Entry{}
	for _, dag := range m.DAGs {
		e := entries[dag.Pipeline]
		entries[dag.Pipeline] = Entry{Artifact: m.ID, DAGs: append(e.DAGs, dag.ID), Line: d.at.Line, By: d.by, At: at}
	}
	if m.Scope == "" {
		// What has not changed keeps who deployed it and when.
		for name, e := range entries {
			if old := d.deployed.Pipelines[name]; difference.empty() && old.Artifact == e.Artifact && old.Line == e.Line {
				entries[name] = old
			}
		}
		d.deployed.Pipelines = entries
	} else if e, ok := entries[m.Scope]; ok {
		d.deployed.Pipelines[m.Scope] = e
	} else {
		delete(d.deployed.Pipelines, m.Scope) // a DAG that is not enabled is compiled to nothing
	}
	return d.finish(ctx)
}

// unowned refuses DAG ids that a pipeline has which stays.
func (d *deploying) unowned(m *Manifest) error {
	if m.Scope == "" {
		return nil
	}
	owners := d.deployed.owners()
	var found problem.List
	for _, dag := range m.DAGs {
		if owner, ok := owners[dag.ID]; ok && owner != m.Scope {
			found = append(found, d.at.taken(dag.ID, dag.Pipeline, d.at.Prefix+owner))
		}
	}
	return found.Err()
}

// ignore writes .airflowignore unless it is as it must be.
func (d *deploying) ignore(ctx context.Context) error {
	o, err := d.at.Bucket.Stat(ctx, d.at.Prefix+ignoreName)
	if err != nil && !errors.Is(err, bucket.ErrNotFound) {
		return inBucket(d.at.Bucket, err)
	}
	if o.Is([]byte(ignoreText)) {
		return nil
	}
	_, err = d.at.Bucket.Write(ctx, d.at.Prefix+ignoreName, []byte(ignoreText), o.Generation)
	return err
}

// drop removes a pipeline's folder.
func (d *deploying) drop(ctx context.Context, pipeline string) error {
	difference, err := d.at.compare(ctx, pipeline, nil)
	if err != nil {
		return err
	}
	if err := d.change(ctx, difference); err != nil {
		return err
	}
	delete(d.deployed.Pipelines, pipeline)
	return d.finish(ctx)
}

// change makes the changes, step by step.
func (d *deploying) change(ctx context.Context, diff *difference) error {
	d.record.Added, d.record.Changed, d.record.Removed, d.record.Unchanged = diff.added, diff.changed, diff.removed, diff.unchanged
	for _, s := range diff.steps() {
		err := each(ctx, len(s.names), func(ctx context.Context, i int) error {
			name, err := s.names[i], error(nil)
			if s.remove {
				err = d.at.Bucket.Delete(ctx, d.at.Prefix+name, diff.there[name].Generation)
			} else {
				_, err = d.at.Bucket.Write(ctx, d.at.Prefix+name, diff.wanted[name], diff.there[name].Generation)
			}
			switch {
			case s.remove && errors.Is(err, bucket.ErrNotFound):
				return nil
			case errors.Is(err, bucket.ErrChanged):
				return d.meanwhile(name)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *deploying) meanwhile(name string) error {
	return problem.Problem{
		Resource: d.at.Bucket.URL() + "/" + d.at.Prefix + name, Summary: "someone else changed the object while dorc was deploying",
		Detail: "only dorc may write below " + d.at.Prefix,
		Hint:   "Deploy again: what is done already stays.",
	}
}

// finish records what was done: first for good in the artifacts bucket, then at the
// place. Between the two everything is in place; who comes next writes both.
func (d *deploying) finish(ctx context.Context) error {
	if err := d.store.keep(ctx, d.record, d.now()); err != nil {
		return err
	}
	if len(d.deployed.Pipelines) > 0 {
		return d.write(ctx)
	}
	ignore, err := d.at.Bucket.Stat(ctx, d.at.Prefix+ignoreName)
	if err == nil {
		err = d.at.Bucket.Delete(ctx, ignore.Name, ignore.Generation)
	}
	if err != nil && !errors.Is(err, bucket.ErrNotFound) {
		return err
	}
	if d.generation == 0 {
		return nil
	}
	return d.at.Bucket.Delete(ctx, d.at.Prefix+deployedName, d.generation)
}

// write writes deployed.json.
func (d *deploying) write(ctx context.Context) error {
	d.deployed.Schema, d.deployed.ServiceProject = SchemaVersion, d.at.ServiceProject
	for _, e := range d.deployed.Pipelines {
		slices.Sort(e.DAGs)
	}
	data, err := encode(d.deployed)
	if err != nil {
		return err
	}
	o, err := d.at.Bucket.Write(ctx, d.at.Prefix+deployedName, data, d.generation)
	if err == nil {
		d.generation = o.Generation
	}
	return err
}
