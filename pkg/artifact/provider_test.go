package artifact

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
	deployment "github.com/dorc-dev/dorc/pkg/artifact/resource"
)

// world is a provider with its buckets, and the version of what it compiles.
type world struct {
	*provider
	store   Store
	to      Place
	version string
	ready   error
	// gone is an image that was deleted.
	gone string
}

func newWorld(t *testing.T) *world {
	w := &world{version: "1"}
	w.store, w.to = setup(t)
	w.provider = NewProvider(ProviderOptions{
		Compile: func(_ context.Context, environment, pipeline, line string, dbt map[string]string) (*content.Content, error) {
			assert.Equal(t, "prod", environment)
			return w.compiled(pipeline, dbt), nil
		},
		Bucket: func(_ context.Context, name string) (bucket.Bucket, error) {
			switch name {
			case "artifacts":
				return w.store.Bucket, nil
			case "composer":
				return w.to.Bucket, nil
			}
			_, other := open(t.TempDir())
			return missing{other.Bucket}, nil
		},
		Source: func(context.Context) (Source, error) { return options("1f").Source, nil },
		Ready: func(_ context.Context, environment, of string) error {
			assert.Equal(t, [2]string{"prod", line}, [2]string{environment, of})
			return w.ready
		},
		HasImage: func(_ context.Context, repository, digest string) (bool, error) {
			return w.gone != repository+"@"+digest, nil
		},
		By: "ana@laptop", Compiler: "1.0.0",
	}).(*provider)
	return w
}

// missing is a bucket that is not there.
type missing struct{ bucket.Bucket }

func (missing) Folder(context.Context, string) ([]string, []bucket.Object, error) {
	return nil, nil, bucket.ErrNoBucket
}

// compiled is a pipeline with the image of a dbt project in it.
func (w *world) compiled(name string, dbt map[string]string) *content.Content {
	c := whole(map[string][]content.File{name: pipeline(name, w.version+dbt["sales"], "orders")})
	c.Scope, c.DbtImages = name, dbt
	if err := c.Sort(); err != nil {
		panic(err)
	}
	return c
}

func (w *world) inputs(pipeline string, dbt map[string]string) resource.PropertyMap {
	m := resource.PropertyMap{}
	for key, value := range map[string]string{
		"environment": "prod", "serviceProject": "example", "pipeline": pipeline, "dagBucket": "composer", "prefix": w.to.Prefix,
		"artifactBucket": "artifacts", "line": line, "contentHash": w.compiled(pipeline, nil).Hash(),
	} {
		m[resource.PropertyKey(key)] = resource.NewProperty(value)
	}
	if dbt != nil {
		images := resource.PropertyMap{}
		for name, image := range dbt {
			images[resource.PropertyKey(name)] = resource.NewProperty(image)
		}
		m["dbtImages"] = resource.NewProperty(images)
	}
	return m
}

func (w *world) create(t *testing.T, m resource.PropertyMap) plugin.CreateResponse {
	t.Helper()
	r, err := w.Create(t.Context(), plugin.CreateRequest{Type: deployment.Type, Properties: m})
	require.NoError(t, err)
	return r
}

func (w *world) diff(t *testing.T, state, old, now resource.PropertyMap) plugin.DiffResult {
	t.Helper()
	r, err := w.Diff(t.Context(), plugin.DiffRequest{Type: deployment.Type, OldOutputs: state, OldInputs: old, NewInputs: now})
	require.NoError(t, err)
	return r
}

func (w *world) read(t *testing.T, id resource.ID, state, inputs resource.PropertyMap) plugin.ReadResult {
	t.Helper()
	r, err := w.Read(t.Context(), plugin.ReadRequest{Type: deployment.Type, ID: id, State: state, Inputs: inputs})
	require.NoError(t, err)
	return r.ReadResult
}

// A deployment from its creation to its end.
func TestDeploymentLife(t *testing.T) {
	w := newWorld(t)
	in := w.inputs("raw/orders", map[string]string{"sales": "repo@sha256:1"})
	made := w.create(t, in)
	assert.EqualValues(t, "composer/dags/dop_example/raw/orders", made.ID)
	assert.Equal(t, "gs://composer/dags/dop_example/raw/orders", text(made.Properties, "dagPath"))
	assert.Contains(t, live(t, w.to)["dags/dop_example/raw/orders/orders.py"], "# 1repo@sha256:1")
	assert.NotContains(t, fmt.Sprint(made.Properties), "select", "state has no text of what is deployed")
	assert.Equal(t, plugin.DiffNone, w.diff(t, made.Properties, in, in).Changes)
	found := w.read(t, made.ID, made.Properties, in)
	assert.Equal(t, made.Properties, found.Outputs, "what is there is what the state says")

	image := w.inputs("raw/orders", map[string]string{"sales": "repo@sha256:2"})
	assert.Equal(t, []resource.PropertyKey{"dbtImages"}, w.diff(t, made.Properties, in, image).ChangedKeys)
	w.version = "2"
	now := w.inputs("raw/orders", map[string]string{"sales": "repo@sha256:2"})
	assert.Equal(t, []resource.PropertyKey{"contentHash", "dbtImages"}, w.diff(t, made.Properties, in, now).ChangedKeys)
	updated, err := w.Update(t.Context(), plugin.UpdateRequest{Type: deployment.Type, ID: made.ID, OldInputs: in, NewInputs: now})
	require.NoError(t, err)
	assert.NotEqual(t, made.Properties["artifactId"], updated.Properties["artifactId"])
	assert.Contains(t, live(t, w.to)["dags/dop_example/raw/orders/orders.py"], "# 2repo@sha256:2")

	_, err = w.Provider().Delete(t.Context(), plugin.DeleteRequest{Type: deployment.Type, ID: made.ID, Inputs: now})
	require.NoError(t, err)
	assert.Empty(t, snapshot(t, w.to.Bucket, ""), "the last one leaves nothing behind")
	assert.Nil(t, w.read(t, made.ID, updated.Properties, now).Outputs)
	assert.Len(t, snapshot(t, w.store.Bucket, "deploys/"), 3)
}

func (w *world) Provider() plugin.Provider { return w.provider }

// Applies of pipelines leave each other alone, and a deploy of everything takes all.
func TestAppliesAndDeploys(t *testing.T) {
	w := newWorld(t)
	orders, sums := w.inputs("raw/orders", nil), w.inputs("curated/sums", nil)
	first := w.create(t, orders)
	second := w.create(t, sums)
	d, err := ReadDeployed(t.Context(), w.to.Bucket, w.to.Prefix)
	require.NoError(t, err)
	assert.Len(t, d.Pipelines, 2)
	assert.Equal(t, text(first.Properties, "artifactId"), d.Pipelines["raw/orders"].Artifact)
	assert.Equal(t, text(second.Properties, "artifactId"), d.Pipelines["curated/sums"].Artifact)

	id := build(t, w.store, "77", whole(map[string][]content.File{"raw/orders": pipeline("raw/orders", "7", "orders"), "raw/x": pipeline("raw/x", "7")}))
	deploy(t, w.store, w.to, id)
	assert.Nil(t, w.read(t, second.ID, second.Properties, sums).Outputs, "it is gone, and the next apply makes it again")
	drifted := w.read(t, first.ID, first.Properties, orders)
	assert.Empty(t, text(drifted.Outputs, "artifactId"))
	assert.Equal(t, []resource.PropertyKey{"contentHash"}, w.diff(t, drifted.Outputs, orders, orders).ChangedKeys)
	_, err = w.Update(t.Context(), plugin.UpdateRequest{Type: deployment.Type, ID: first.ID, NewInputs: orders})
	require.NoError(t, err)
	d, err = ReadDeployed(t.Context(), w.to.Bucket, w.to.Prefix)
	require.NoError(t, err)
	assert.Equal(t, id, d.Pipelines["raw/x"].Artifact)
	assert.Equal(t, text(first.Properties, "artifactId"), d.Pipelines["raw/orders"].Artifact)

	_, err = w.Provider().Delete(t.Context(), plugin.DeleteRequest{Type: deployment.Type, ID: first.ID, Inputs: orders})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"dags/dop_example/raw/x/x.py": "# 7\n"}, live(t, w.to))

	// The same content deployed by a deploy of everything is no drift.
	third := w.create(t, orders)
	c := whole(map[string][]content.File{"raw/orders": pipeline("raw/orders", "1", "orders")})
	all := build(t, w.store, "78", c)
	deploy(t, w.store, w.to, all)
	same := w.read(t, third.ID, third.Properties, orders)
	assert.Equal(t, all, text(same.Outputs, "artifactId"))
	assert.Equal(t, plugin.DiffNone, w.diff(t, same.Outputs, orders, orders).Changes)
}

// Beside files that dorc did not deploy no pipeline is applied alone: a deploy of all
// removes them first, and says so.
func TestMoveFromDOP(t *testing.T) {
	w := newWorld(t)
	orders := w.inputs("raw/orders", nil)
	old := []string{"embedded_dop/executor/dag_builder.py", "embedded_dop/orchestration/covid/config.yaml"}
	for _, name := range old {
		put(t, w.to.Bucket, w.to.Prefix+name, "build()")
	}
	was := snapshot(t, w.to.Bucket, "")
	for range 2 {
		_, err := w.Create(t.Context(), plugin.CreateRequest{Type: deployment.Type, Properties: orders})
		require.ErrorContains(t, err, "gs://composer/dags/dop_example/: there are DAGs in the folder that dorc did not deploy, such as DOP's\n  embedded_dop/executor/dag_builder.py; ")
		require.ErrorContains(t, err, "dorc artifact deploy <id> --env prod")
		assert.Equal(t, was, snapshot(t, w.to.Bucket, ""))
	}

	id := build(t, w.store, "77", whole(map[string][]content.File{"raw/orders": pipeline("raw/orders", "1", "orders"), "raw/x": pipeline("raw/x", "1")}))
	broken := w.to
	broken.Bucket = breakAfter(w.to.Bucket, 5)
	_, err := w.store.Deploy(t.Context(), id, broken, DeployOptions{By: "ana"})
	require.ErrorIs(t, err, errBroken)
	expireLease(t, w.to)
	_, err = w.Create(t.Context(), plugin.CreateRequest{Type: deployment.Type, Properties: orders})
	require.ErrorContains(t, err, "there are DAGs in the folder", "a deploy of all that broke off has not removed them")

	assert.Equal(t, old, deploy(t, w.store, w.to, id).Removed)
	w.create(t, orders)
	assert.Len(t, live(t, w.to), 3)
}

// The first apply of one pipeline that broke off stops none of the others.
func TestApplyAfterBrokenApply(t *testing.T) {
	for n := int64(0); n < 8; n++ {
		w := newWorld(t)
		bucket := w.to.Bucket
		w.to.Bucket = breakAfter(bucket, n)
		_, err := w.Create(t.Context(), plugin.CreateRequest{Type: deployment.Type, Properties: w.inputs("raw/orders", nil)})
		w.to.Bucket = bucket
		expireLease(t, w.to)
		w.create(t, w.inputs("raw/other", nil))
		w.create(t, w.inputs("raw/orders", nil))
		assert.Len(t, live(t, w.to), 4, "%v", err)
	}
}

// A DAG id that another pipeline of the service project has is refused.
func TestTwoPipelinesOneID(t *testing.T) {
	w := newWorld(t)
	w.create(t, w.inputs("raw/orders", nil))
	before := snapshot(t, w.to.Bucket, "")
	compile := w.options.Compile
	w.options.Compile = func(ctx context.Context, environment, pipeline, line string, dbt map[string]string) (*content.Content, error) {
		c, err := compile(ctx, environment, pipeline, line, dbt)
		c.DAGs[0].ID = "raw__orders"
		return c, err
	}
	_, err := w.Create(t.Context(), plugin.CreateRequest{Type: deployment.Type, Properties: w.inputs("raw/copy", nil)})
	require.ErrorContains(t, err, "pipeline raw/copy: someone else has a DAG of this id in the environment")
	assert.Equal(t, before, snapshot(t, w.to.Bucket, ""))
}

// Files that changed between plan and apply are not deployed.
func TestChangedSincePlan(t *testing.T) {
	w := newWorld(t)
	in := w.inputs("raw/orders", nil)
	w.version = "2"
	_, err := w.Create(t.Context(), plugin.CreateRequest{Type: deployment.Type, Properties: in})
	require.ErrorContains(t, err, "the pipeline's files have changed while dorc was applying")
	assert.Empty(t, snapshot(t, w.to.Bucket, ""))
}

func TestPreviewChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.ready = errors.New("UPDATING")
	r, err := w.Create(t.Context(), plugin.CreateRequest{Type: deployment.Type, Properties: w.inputs("raw/orders", nil), Preview: true})
	require.NoError(t, err)
	assert.True(t, r.Properties["artifactId"].IsComputed())
	_, err = w.Create(t.Context(), plugin.CreateRequest{Type: deployment.Type, Properties: w.inputs("raw/orders", nil)})
	require.ErrorContains(t, err, "UPDATING")
	assert.Empty(t, snapshot(t, w.to.Bucket, ""))
}

// An apply goes by the same checks as a deploy.
func TestImageIsGone(t *testing.T) {
	w := newWorld(t)
	w.gone = "repo@sha256:1"
	_, err := w.Create(t.Context(), plugin.CreateRequest{Type: deployment.Type, Properties: w.inputs("raw/orders", map[string]string{"sales": w.gone})})
	require.ErrorContains(t, err, "the image of the dbt project sales does not exist any more")
	assert.Empty(t, snapshot(t, w.to.Bucket, ""))
}

// A create that was interrupted is taken up and completed, and a destroy removes it.
func TestInterruptedCreate(t *testing.T) {
	w := newWorld(t)
	in := w.inputs("raw/orders", nil)
	_, found, err := w.FindByInputs(t.Context(), "", in)
	require.NoError(t, err)
	assert.False(t, found)
	whole := w.to.Bucket
	w.to.Bucket = breakAfter(whole, 4)
	_, err = w.Create(t.Context(), plugin.CreateRequest{Type: deployment.Type, Properties: in})
	require.ErrorIs(t, err, errBroken)
	w.to.Bucket = whole
	expireLease(t, w.to)
	id, found, err := w.FindByInputs(t.Context(), "", in)
	require.NoError(t, err)
	require.True(t, found)
	adopted := w.read(t, id, nil, in)
	assert.Equal(t, plugin.DiffSome, w.diff(t, adopted.Outputs, in, in).Changes)
	_, err = w.Update(t.Context(), plugin.UpdateRequest{Type: deployment.Type, ID: id, NewInputs: in})
	require.NoError(t, err)
	requireWhole(t, w.to)
	assert.Len(t, live(t, w.to), 2)
	_, found, err = w.FindByInputs(t.Context(), "", in, id)
	require.NoError(t, err)
	assert.False(t, found, "one that is known is not found again")
}

func TestImport(t *testing.T) {
	w := newWorld(t)
	made := w.create(t, w.inputs("raw/orders", nil))
	r := w.read(t, made.ID, nil, nil)
	assert.Equal(t, "raw/orders", text(r.Inputs, "pipeline"))
	assert.Equal(t, "example", text(r.Inputs, "serviceProject"))
	assert.Equal(t, line, text(r.Inputs, "line"))
	assert.Equal(t, text(made.Properties, "filesHash"), text(r.Outputs, "filesHash"))
	for _, id := range []resource.ID{"", "x", "composer/dags/raw/orders", "composer/dags/dop_example/orders", "composer/dags/dop_example/a/b/c"} {
		_, err := w.Read(t.Context(), plugin.ReadRequest{Type: deployment.Type, ID: id})
		require.ErrorContains(t, err, "this is not the id of a deployment", "%q", id)
	}
}

// A bucket that is gone takes its deployments with it.
func TestBucketIsGone(t *testing.T) {
	w := newWorld(t)
	in := w.inputs("raw/orders", nil)
	in["dagBucket"] = resource.NewProperty("other")
	assert.Nil(t, w.read(t, idOf(in), in, in).Outputs)
	_, err := w.Provider().Delete(t.Context(), plugin.DeleteRequest{Type: deployment.Type, ID: idOf(in), Inputs: in})
	require.NoError(t, err)
}

func TestCheck(t *testing.T) {
	w := newWorld(t)
	check := func(change func(resource.PropertyMap)) string {
		m := w.inputs("raw/orders", nil)
		change(m)
		r, err := w.Check(t.Context(), plugin.CheckRequest{Type: deployment.Type, News: m})
		require.NoError(t, err)
		var reasons []string
		for _, f := range r.Failures {
			reasons = append(reasons, string(f.Property)+": "+f.Reason)
		}
		return strings.Join(reasons, "; ")
	}
	assert.Empty(t, check(func(resource.PropertyMap) {}))
	assert.Empty(t, check(func(m resource.PropertyMap) { m["dagBucket"] = resource.MakeComputed(resource.NewProperty("")) }))
	for want, change := range map[string]func(resource.PropertyMap){
		"colour: a deployment has no such property":                                     func(m resource.PropertyMap) { m["colour"] = resource.NewProperty("x") },
		"line: it is missing":                                                           func(m resource.PropertyMap) { delete(m, "line") },
		"line: it must be a text that is not empty":                                     func(m resource.PropertyMap) { m["line"] = resource.NewProperty(2.1) },
		"pipeline: it must be <layer>/<name>":                                           func(m resource.PropertyMap) { m["pipeline"] = resource.NewProperty("../x") },
		"prefix: it must be a folder dop_<service project>/, such as dags/dop_example/": func(m resource.PropertyMap) { m["prefix"] = resource.NewProperty("dags/") },
		"dbtImages: it must be images by dbt project":                                   func(m resource.PropertyMap) { m["dbtImages"] = resource.NewProperty("x") },
	} {
		assert.Equal(t, want, check(change))
	}
	_, err := w.Check(t.Context(), plugin.CheckRequest{Type: "dorc:image:Image"})
	require.Error(t, err)
}

func TestReplace(t *testing.T) {
	w := newWorld(t)
	in := w.inputs("raw/orders", nil)
	made := w.create(t, in)
	now := w.inputs("raw/orders", nil)
	now["dagBucket"] = resource.NewProperty("other")
	assert.Equal(t, []resource.PropertyKey{"dagBucket"}, w.diff(t, made.Properties, in, now).ReplaceKeys)
}
