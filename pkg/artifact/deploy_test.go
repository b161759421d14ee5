package artifact

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
)

// put writes an object of someone else's.
func put(t *testing.T, b bucket.Bucket, name, text string) {
	t.Helper()
	_, err := b.Write(t.Context(), name, []byte(text), 0)
	require.NoError(t, err)
}

func TestDeployAndBack(t *testing.T) {
	s, to := setup(t)
	first := build(t, s, "01", two("1"))
	r := deploy(t, s, to, first)
	assert.Equal(t, []string{".airflowignore", "curated/day/day.py", "curated/day/sql/day.sql", "raw/orders/orders.py", "raw/orders/sql/lines.sql", "raw/orders/sql/orders.sql"}, r.Added)
	was := live(t, to)
	assert.Equal(t, "select '1day'", was["dags/dop_example/curated/day/sql/day.sql"])

	second := build(t, s, "02", whole(map[string][]content.File{
		"raw/orders": pipeline("raw/orders", "1", "orders", "returns"), "raw/new": pipeline("raw/new", "1", "x"),
	}))
	r = deploy(t, s, to, second)
	assert.Equal(t, []string{"raw/new/new.py", "raw/new/sql/x.sql", "raw/orders/sql/returns.sql"}, r.Added)
	assert.Equal(t, []string{"raw/orders/orders.py"}, r.Changed)
	assert.Equal(t, []string{"curated/day/day.py", "curated/day/sql/day.sql", "raw/orders/sql/lines.sql"}, r.Removed)
	assert.Equal(t, 2, r.Unchanged)
	assert.Equal(t, []string{first}, r.From)
	d, err := ReadDeployed(t.Context(), to.Bucket, to.Prefix)
	require.NoError(t, err)
	assert.Equal(t, []string{second}, d.Artifacts())
	assert.Equal(t, []string{"raw__new"}, d.Pipelines["raw/new"].DAGs)

	deploy(t, s, to, first)
	assert.Equal(t, was, live(t, to), "an earlier id is the way back")
	again := deploy(t, s, to, first)
	assert.Empty(t, again.Added)
	assert.Empty(t, again.Changed)
	assert.Empty(t, again.Removed)
	assert.Len(t, snapshot(t, s.Bucket, "deploys/"), 4)
	assert.Equal(t, []string{"dags/dop_example/.dorc/deployed.json"}, keys(snapshot(t, to.Bucket, to.Prefix+".dorc/")), "no lease is left")
}

func keys(m map[string]string) (names []string) {
	for name := range m {
		names = append(names, name)
	}
	return names
}

// A deploy changes nothing but what is below its own prefix, whatever is beside it.
func TestNeighbours(t *testing.T) {
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test's own
		s, to := setup(t)
		around := []string{"dags/dop_example_2/", "dags/dop_exampl/", "dags/dop_example", "dags/", "data/dop_example/", "plugins/", "dop_example/", "dags/dop_other/.dorc/"}
		for i := range 20 {
			put(t, to.Bucket, around[random.IntN(len(around))]+fmt.Sprintf("x%d%s", i, []string{".py", ".sql", ".json", "/raw/orders/orders.py"}[random.IntN(4)]), fmt.Sprint(random.Uint64()))
		}
		put(t, to.Bucket, "dags/dop_other/.dorc/deployed.json", `{"schema":1,"pipelines":{"raw/orders":{"dags":["theirs"]}}}`)
		before := snapshot(t, to.Bucket, "")
		for step := range 5 {
			pipelines := map[string][]content.File{}
			for i := range random.IntN(4) {
				name := fmt.Sprintf("raw/p%d", i)
				pipelines[name] = pipeline(name, fmt.Sprint(random.IntN(2)), []string{"a", "b", "c"}[:random.IntN(4)]...)
			}
			id := build(t, s, fmt.Sprintf("%02d", step), whole(pipelines))
			target := to
			if random.IntN(2) == 0 {
				target.Bucket = breakAfter(to.Bucket, random.Int64N(12))
			}
			_, err := s.Deploy(t.Context(), id, target, DeployOptions{By: "ana"})
			if err != nil {
				require.ErrorIs(t, err, errBroken)
			}
			requireWhole(t, to)
			after := snapshot(t, to.Bucket, "")
			for name := range after {
				if strings.HasPrefix(name, to.Prefix) {
					delete(after, name)
				}
			}
			require.Equal(t, before, after)
			expireLease(t, to)
		}
	}
}

// expireLease takes away the lease that a broken deploy could not give back.
func expireLease(t *testing.T, to Place) {
	t.Helper()
	o, err := to.Bucket.Stat(t.Context(), to.Prefix+lockName)
	if errors.Is(err, bucket.ErrNotFound) {
		return
	}
	require.NoError(t, err)
	require.NoError(t, to.Bucket.Delete(t.Context(), o.Name, o.Generation))
}

// Wherever a deploy breaks off, no DAG is live without its SQL, and the next deploy
// completes it.
func TestBrokenDeploy(t *testing.T) {
	changed := whole(map[string][]content.File{
		"raw/orders": pipeline("raw/orders", "2", "orders", "returns"), "raw/new": pipeline("raw/new", "2", "x"),
	})
	for n := int64(0); ; n++ {
		s, to := setup(t)
		first := build(t, s, "01", two("1"))
		deploy(t, s, to, first)
		second := build(t, s, "02", changed)
		target := to
		target.Bucket = breakAfter(to.Bucket, n)
		_, err := s.Deploy(t.Context(), second, target, DeployOptions{By: "ana"})
		if err == nil {
			assert.Greater(t, n, int64(9))
			return
		}
		require.ErrorIs(t, err, errBroken)
		requireWhole(t, to)
		expireLease(t, to)
		if n%2 == 0 {
			deploy(t, s, to, second)
			assert.Len(t, live(t, to), 5)
			assert.Contains(t, live(t, to)["dags/dop_example/raw/orders/orders.py"], "# 2")
			continue
		}
		deploy(t, s, to, first)
		fresh, other := setup(t)
		deploy(t, fresh, other, build(t, fresh, "01", two("1")))
		assert.Equal(t, live(t, other), live(t, to), "or the one before undoes it")
	}
}

// A record that cannot be kept leaves DAGs that are whole, and is not lost with the next deploy.
func TestBrokenRecord(t *testing.T) {
	s, to := setup(t)
	id := build(t, s, "01", two("1"))
	_, err := Store{breakAfter(s.Bucket, 0)}.Deploy(t.Context(), id, to, DeployOptions{By: "ana"})
	require.ErrorIs(t, err, errBroken)
	requireWhole(t, to)
	deploy(t, s, to, id)
	assert.Len(t, snapshot(t, s.Bucket, "deploys/"), 1)
}

func TestEnvironmentIsUpdating(t *testing.T) {
	s, to := setup(t)
	id := build(t, s, "01", two("1"))
	updating := errors.New("the environment is UPDATING")
	_, err := s.Deploy(t.Context(), id, to, DeployOptions{By: "ana", Ready: func(context.Context) error { return updating }})
	require.ErrorIs(t, err, updating)
	assert.Empty(t, snapshot(t, to.Bucket, ""))
}

func TestDoesNotFit(t *testing.T) {
	s, to := setup(t)
	id := build(t, s, "01", two("1"))
	other := to
	other.Line = "3.1"
	_, err := s.Deploy(t.Context(), id, other, DeployOptions{By: "ana"})
	require.EqualError(t, err, "artifact "+id+": the artifact is not compiled for Airflow 3.1, which prod has\n  it is compiled for 2.10\n"+
		"  Build it again from the same commit with an environment, or --image-version, of that line.")
	other = to
	other.ServiceProject = "others"
	_, err = s.Deploy(t.Context(), id, other, DeployOptions{By: "ana"})
	require.ErrorContains(t, err, "the artifact is of another service project")
	_, err = s.Deploy(t.Context(), "pipelines_main_01000001_0123456789ab", to, DeployOptions{By: "ana"})
	require.ErrorContains(t, err, "there is no such artifact")
	assert.Empty(t, snapshot(t, to.Bucket, ""))
}

// An environment whose name is too long for what tasks start gets none of it.
func TestEnvironmentTooLong(t *testing.T) {
	s, to := setup(t)
	c := two("1")
	c.DAGs[0].EnvironmentLimit = &content.EnvironmentLimit{Longest: 4, Starts: "raw/report", File: "src/raw/orders/dag.yaml", Line: 7}
	id := build(t, s, "01", c)
	deploy(t, s, to, id)
	was := snapshot(t, to.Bucket, "")
	to.Environment = "staging"
	_, err := s.Deploy(t.Context(), id, to, DeployOptions{By: "ana"})
	require.ErrorContains(t, err, "src/raw/orders/dag.yaml:7: the task would not find the pipeline raw/report in the environment staging\n"+
		"  the environment's name has 7 characters, and at most 4 are possible")
	assert.Equal(t, was, snapshot(t, to.Bucket, ""))
}

// A DAG id that someone else has is refused, however they have it.
func TestOwnedByAnother(t *testing.T) {
	for name, object := range map[string][2]string{
		"dorc":            {"dags/dop_other/.dorc/deployed.json", `{"schema":1,"pipelines":{"raw/x":{"dags":["raw__orders"]}}}`},
		"positional":      {"dags/theirs.py", `with DAG("raw__orders", schedule=None) as dag: ...`},
		"keyword":         {"dags/team/theirs.py", "dag = DAG(\n    schedule=None,\n    dag_id='raw__orders',\n)"},
		"brackets before": {"dags/theirs.py", `DAG(start_date=datetime(2024,1,1), dag_id="raw__orders")`},
		"decorator":       {"dags/team/sub/theirs.py", "@dag(dag_id=\"raw__orders\")\ndef f(): ..."},
		"qualified":       {"dags/theirs.py", `x = models.DAG(dag_id="raw__orders")`},
		"in our folder ":  {"dags/dop_example.py", `x = DAG("raw__orders")`},
	} {
		t.Run(name, func(t *testing.T) {
			s, to := setup(t)
			put(t, to.Bucket, object[0], object[1])
			_, err := s.Deploy(t.Context(), build(t, s, "01", two("1")), to, DeployOptions{By: "ana"})
			require.ErrorContains(t, err, `pipeline raw/orders: someone else has a DAG of this id in the environment
  "raw__orders" is also the id of gs://composer/`)
			assert.Equal(t, map[string]string{object[0]: object[1]}, snapshot(t, to.Bucket, ""))
		})
	}
	for name, text := range map[string]string{
		"another id": `DAG("raw__orders_2")`, "trigger": `TriggerDagRunOperator(trigger_dag_id="raw__orders")`,
		"sensor": `ExternalTaskSensor(task_id="x", external_dag_id="raw__orders")`, "task": `PythonOperator(task_id="raw__orders")`,
	} {
		s, to := setup(t)
		put(t, to.Bucket, "dags/theirs.py", text)
		_, err := s.Deploy(t.Context(), build(t, s, "01", two("1")), to, DeployOptions{By: "ana"})
		require.NoError(t, err, name)
	}
}

// A neighbour whose record is broken, or whose files are too large, stops nobody.
func TestUnseenNeighbours(t *testing.T) {
	s, to := setup(t)
	put(t, to.Bucket, "dags/dop_other/.dorc/deployed.json", "{")
	put(t, to.Bucket, "dags/large.py", strings.Repeat("#", maxNeighbourFile+1))
	assert.Equal(t, 2, deploy(t, s, to, build(t, s, "01", two("1"))).Unseen)
}

// Folders that file systems on top of buckets keep as empty objects stay.
func TestFolderObjects(t *testing.T) {
	s, to := setup(t)
	put(t, to.Bucket, to.Prefix, "")
	put(t, to.Bucket, to.Prefix+"raw/", "")
	deploy(t, s, to, build(t, s, "01", two("1")))
	assert.Contains(t, snapshot(t, to.Bucket, ""), to.Prefix)
	assert.Contains(t, snapshot(t, to.Bucket, ""), to.Prefix+"raw/")
}

// Someone who writes below the prefix while dorc deploys is noticed.
func TestChangedMeanwhile(t *testing.T) {
	s, to := setup(t)
	deploy(t, s, to, build(t, s, "01", two("1")))
	target := to
	target.Bucket = meddling{to.Bucket, to.Prefix + "raw/orders/sql/orders.sql"}
	_, err := s.Deploy(t.Context(), build(t, s, "02", two("2")), target, DeployOptions{By: "ana"})
	require.ErrorContains(t, err, "gs://composer/dags/dop_example/raw/orders/sql/orders.sql: someone else changed the object while dorc was deploying")
	requireWhole(t, to)
}

// meddling changes an object just before it is written.
type meddling struct {
	bucket.Bucket
	name string
}

func (m meddling) Write(ctx context.Context, name string, data []byte, generation int64) (bucket.Object, error) {
	if name == m.name {
		if _, err := m.Bucket.Write(ctx, name, []byte("theirs"), generation); err != nil {
			return bucket.Object{}, err
		}
	}
	return m.Bucket.Write(ctx, name, data, generation)
}
