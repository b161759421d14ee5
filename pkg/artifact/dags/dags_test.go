package dags

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/configrepo"
)

const orders = `schema: shop
tasks:
  - identifier: orders
    kind: {action: materialization, target: table}
`

const models = `schema: shop
tasks:
  - identifier: build
    kind: {action: dbt, target: build}
    options: {project: sales}
`

// repo is a config repo with a DAG, two DAGs of one dbt project, and one that is off.
func repo(t *testing.T, more map[string]string) (string, *configrepo.Repo) {
	root := t.TempDir()
	files := map[string]string{
		"src/raw/orders/dag.yaml": orders, "src/raw/orders/sql/orders.sql": "select 1 as id",
		"src/curated/sales/dag.yaml": models, "src/curated/again/dag.yaml": models,
		"src/raw/off/dag.yaml":  "enabled: false\n" + orders,
		"sales/dbt_project.yml": "name: sales\nprofile: sales\n", "sales/requirements.txt": "dbt-bigquery==1.9.1\n",
	}
	for name, text := range more {
		files[name] = text
	}
	for name, text := range files {
		file := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	return root, load(t, root)
}

func load(t *testing.T, root string) *configrepo.Repo {
	found, problems := configrepo.Load(root, "")
	require.Empty(t, problems)
	return found
}

func open(t *testing.T, r *configrepo.Repo) *Repo {
	opened, err := Open(r)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, opened.Close()) })
	return opened
}

var both = []airflow.Image{{Airflow: "3.1.7", Line: "3.1"}, {Airflow: "2.10.5", Line: "2.10", Version: "b"}, {Airflow: "2.10.5", Line: "2.10", Version: "a"}}

func paths(c *content.Content) (found []string) {
	for _, f := range c.Files {
		found = append(found, f.Path)
	}
	return found
}

func TestAll(t *testing.T) {
	_, r := repo(t, nil)
	c, err := open(t, r).All(Options{ServiceProject: "example", Images: both})
	require.NoError(t, err)
	assert.Equal(t, []string{"2.10", "3.1"}, c.Lines)
	assert.Equal(t, []content.DAG{
		{ID: "curated__again", Pipeline: "curated/again"}, {ID: "curated__sales", Pipeline: "curated/sales"}, {ID: "raw__orders", Pipeline: "raw/orders"},
	}, c.DAGs)
	assert.Equal(t, []string{
		"dags/2.10/curated/again/curated__again.py", "dags/2.10/curated/sales/curated__sales.py",
		"dags/2.10/raw/orders/raw__orders.py", "dags/2.10/raw/orders/sql/orders.sql",
		"dags/3.1/curated/again/curated__again.py", "dags/3.1/curated/sales/curated__sales.py",
		"dags/3.1/raw/orders/raw__orders.py", "dags/3.1/raw/orders/sql/orders.sql",
	}, paths(c))
	again, err := open(t, r).All(Options{ServiceProject: "example", Images: both})
	require.NoError(t, err)
	assert.Equal(t, c.Hash(), again.Hash())
}

// A pipeline is compiled alone as it is together with all.
func TestPipeline(t *testing.T) {
	root, r := repo(t, nil)
	opened := open(t, r)
	all, err := opened.All(Options{ServiceProject: "example", Images: both[1:]})
	require.NoError(t, err)
	for _, p := range Pipelines(r) {
		c, err := opened.Pipeline(p, Options{ServiceProject: "example", Images: both[1:]})
		require.NoError(t, err)
		assert.Equal(t, p.ID(), c.Scope)
		assert.Subset(t, all.Files, c.Files)
		if p.Name == "off" {
			assert.Empty(t, c.Files)
		}
	}
	sales, err := r.Pipeline("curated", "sales")
	require.NoError(t, err)
	one, err := opened.Pipeline(sales, Options{ServiceProject: "example", Images: both[1:]})
	require.NoError(t, err)
	image, err := opened.Pipeline(sales, Options{ServiceProject: "example", Images: both[1:], DbtImages: map[string]string{"sales": "host/dbt-sales@sha256:1"}})
	require.NoError(t, err)
	assert.NotEqual(t, one.Hash(), image.Hash())
	assert.Contains(t, string(image.Files[0].Data), "host/dbt-sales@sha256:1")
	assert.Contains(t, string(one.Files[0].Data), "curated__again", "it waits for the other DAG of its dbt project")

	// Another DAG of the dbt project is a change of each; another DAG is not.
	require.NoError(t, os.RemoveAll(filepath.Join(root, "src/curated/again")))
	require.NoError(t, os.RemoveAll(filepath.Join(root, "src/raw/orders")))
	alone, err := open(t, load(t, root)).Pipeline(sales, Options{ServiceProject: "example", Images: both[1:]})
	require.NoError(t, err)
	assert.NotEqual(t, one.Hash(), alone.Hash())
}

// What is wrong anywhere comes back at once, with places.
func TestProblems(t *testing.T) {
	_, r := repo(t, map[string]string{
		"src/raw/orders/dag.yaml": "schema: shop\ntasks:\n  - identifier: x\n    kind: {action: materialization, target: tabel}\n",
		"src/raw/other/dag.yaml":  "schema: shop\ntasks:\n  - identifier: absent\n    kind: {action: materialization, target: table}\n",
	})
	_, err := open(t, r).All(Options{ServiceProject: "example", Images: both[1:]})
	require.ErrorContains(t, err, filepath.Join("src", "raw", "orders", "dag.yaml")+":4:")
	require.ErrorContains(t, err, filepath.Join("src", "raw", "other", "dag.yaml")+":3:")
	sales, err := r.Pipeline("curated", "sales")
	require.NoError(t, err)
	_, err = open(t, r).Pipeline(sales, Options{ServiceProject: "example", Images: both[1:]})
	require.NoError(t, err, "what is wrong elsewhere is no reason to refuse it")
}

func TestTwoOfOneID(t *testing.T) {
	_, r := repo(t, map[string]string{"src/raw/copy/dag.yaml": "dag_id: raw__orders\n" + orders, "src/raw/copy/sql/orders.sql": "select 2 as id"})
	_, err := open(t, r).All(Options{ServiceProject: "example", Images: both[1:]})
	require.ErrorContains(t, err, "two pipelines have one DAG id")
}
