package artifact

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
)

func two(version string) *content.Content {
	return whole(map[string][]content.File{
		"raw/orders":  pipeline("raw/orders", version, "orders", "lines"),
		"curated/day": pipeline("curated/day", version, "day"),
	})
}

func TestBuild(t *testing.T) {
	s, _ := setup(t)
	c := two("1")
	built, err := s.Build(t.Context(), c, options("1f0c2a9be5"))
	require.NoError(t, err)
	assert.Equal(t, "pipelines_main_1f0c2a9b_"+built.ContentHash[:12], built.ID)
	assert.Equal(t, 5, built.Sent)
	assert.False(t, built.Existed)
	assert.Len(t, snapshot(t, s.Bucket, "artifacts/"+built.ID+"/"), 6)

	before := snapshot(t, s.Bucket, "")
	again, err := s.Build(t.Context(), two("1"), options("1f0c2a9be5"))
	require.NoError(t, err)
	assert.True(t, again.Existed)
	assert.Equal(t, built.Manifest, again.Manifest)
	assert.Equal(t, before, snapshot(t, s.Bucket, ""), "building again writes nothing")

	other := build(t, s, "1f0c2a9be5", two("2"))
	assert.NotEqual(t, built.ID, other, "other content is another artifact")
	all, unreadable, err := s.List(t.Context())
	require.NoError(t, err)
	assert.Empty(t, unreadable)
	require.Len(t, all, 2)
	assert.ElementsMatch(t, []string{built.ID, other}, []string{all[0].ID, all[1].ID})
}

// An upload that breaks off anywhere is no artifact, and is taken up again.
func TestBrokenUpload(t *testing.T) {
	for n := range int64(6) {
		s, to := setup(t)
		_, err := Store{breakAfter(s.Bucket, n)}.Build(t.Context(), two("1"), options("1f"))
		require.ErrorContains(t, err, "the upload broke off")
		require.ErrorContains(t, err, errBroken.Error())
		all, unreadable, err := s.List(t.Context())
		require.NoError(t, err)
		assert.Empty(t, all)
		assert.Empty(t, unreadable)
		c := two("1")
		require.NoError(t, c.Sort())
		m, err := newManifest(c, options("1f"))
		require.NoError(t, err)
		_, err = s.Deploy(t.Context(), m.ID, to, DeployOptions{By: "ana"})
		if n > 0 {
			require.ErrorContains(t, err, "the upload of the artifact broke off")
		} else {
			require.ErrorContains(t, err, "there is no such artifact")
		}
		assert.Empty(t, snapshot(t, to.Bucket, ""))

		built, err := s.Build(t.Context(), two("1"), options("1f"))
		require.NoError(t, err)
		assert.EqualValues(t, 5-n, built.Sent, "what is there is not sent again")
		deploy(t, s, to, built.ID)
	}
}

// An id is of all that a deploy goes by; who built it and when changes nothing.
func TestSameID(t *testing.T) {
	s, _ := setup(t)
	one, err := s.Build(t.Context(), two("1"), options("1f"))
	require.NoError(t, err)
	o := options("1f")
	o.By, o.At, o.Compiler = "ben@ci", o.At.Add(time.Hour), "2.0.0"
	again, err := s.Build(t.Context(), two("1"), o)
	require.NoError(t, err)
	assert.Equal(t, one.Manifest, again.Manifest)

	o.ServiceProject = "other"
	ids := []string{one.ID, build(t, s, "2f", two("1"))}
	other, err := s.Build(t.Context(), two("1"), o)
	require.NoError(t, err)
	ids = append(ids, other.ID)
	c := two("1")
	c.DbtImages = map[string]string{"sales": "host/sales@sha256:1"}
	ids = append(ids, build(t, s, "1f", c))
	c = two("1")
	c.DAGs[0].ID = "renamed"
	ids = append(ids, build(t, s, "1f", c))
	slices.Sort(ids)
	assert.Len(t, slices.Compact(ids), 5)
}

// An id whose manifest is another's is refused, and stays.
func TestOtherContent(t *testing.T) {
	s, _ := setup(t)
	id := build(t, s, "1f", two("1"))
	_, err := s.present(t.Context(), &Manifest{ID: id, ContentHash: "another that begins alike"})
	require.ErrorContains(t, err, "there is another artifact of this id")
}

// A manifest that cannot be read hides no other.
func TestListUnreadable(t *testing.T) {
	s, _ := setup(t)
	id := build(t, s, "1f", two("1"))
	for name, text := range map[string]string{
		"a_b_c_000000000001": "{", "a_b_c_000000000002": `{"schema": 99}`, "a_b_c_000000000003": `{"schema": 1}`,
	} {
		put(t, s.Bucket, folder(name)+manifestName, text)
	}
	put(t, s.Bucket, "artifacts/theirs/manifest.json", "{")
	all, unreadable, err := s.List(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Equal(t, id, all[0].ID)
	require.Len(t, unreadable, 3)
	for i, want := range []string{"its manifest is not JSON", "its schema is 99", "its manifest is that of"} {
		assert.Equal(t, fmt.Sprintf("a_b_c_00000000000%d", i+1), unreadable[i].ID)
		assert.ErrorContains(t, unreadable[i].Err, want)
	}
	_, _, err = Store{failing{s.Bucket}}.List(t.Context())
	require.ErrorIs(t, err, errBroken, "a bucket that cannot be read is no bad manifest")
}

// failing reads nothing.
type failing struct{ bucket.Bucket }

func (failing) Read(context.Context, string, int64) ([]byte, bucket.Object, error) {
	return nil, bucket.Object{}, errBroken
}

// What contradicts itself is not stored.
func TestContradicting(t *testing.T) {
	for want, change := range map[string]func(*content.Content){
		"it says that it is for Airflow 3.1, and has no file there for the DAG curated__day": func(c *content.Content) { c.Lines = append(c.Lines, "3.1") },
		"it has files for Airflow 2.10, and says that it is for 3.1":                         func(c *content.Content) { c.Lines = []string{"3.1"} },
		"it has a Python file of curated/day, and says of no DAG there":                      func(c *content.Content) { c.DAGs = c.DAGs[1:] },
		"it says that it is for Airflow 2.10, and has no file there for the DAG x":           func(c *content.Content) { c.DAGs = append(c.DAGs, content.DAG{ID: "x", Pipeline: "raw/x"}) },
	} {
		s, _ := setup(t)
		c := two("1")
		require.NoError(t, c.Sort())
		change(c)
		_, err := s.Build(t.Context(), c, options("1f"))
		require.ErrorContains(t, err, want)
		assert.Empty(t, snapshot(t, s.Bucket, ""))
	}
}

// A manifest that leads to its id, and contradicts itself, is refused all the same.
func TestContradictingManifest(t *testing.T) {
	s, to := setup(t)
	deploy(t, s, to, build(t, s, "00", two("0")))
	was := snapshot(t, to.Bucket, "")
	m, err := s.Manifest(t.Context(), build(t, s, "1f", two("1")))
	require.NoError(t, err)
	m.Lines = []string{"2.10", "3.1"}
	m.ContentHash, err = m.hash()
	require.NoError(t, err)
	m.ID = newID(m.Source, m.ContentHash)
	data, err := encode(m)
	require.NoError(t, err)
	put(t, s.Bucket, folder(m.ID)+manifestName, string(data))
	to.Line = "3.1"
	_, err = s.Deploy(t.Context(), m.ID, to, DeployOptions{By: "ana"})
	require.ErrorContains(t, err, "its manifest contradicts itself: it says that it is for Airflow 3.1, and has no file there for the DAG curated__day")
	assert.Equal(t, was, snapshot(t, to.Bucket, ""))
}

func TestIDs(t *testing.T) {
	hash := strings.Repeat("0123456789abcdef", 4)
	for want, source := range map[string]Source{
		"pipelines_feature-new-sums_1f0c2a9b_0123456789ab":      {Repository: "pipelines", Branch: "feature/new sums", Commit: "1f0c2a9be5d4"},
		"pipelines_main_1f0c2a9b_0123456789ab-dirty":            {Repository: "pipelines", Branch: "main", Commit: "1f0c2a9be5d4", Dirty: true},
		"my-repo_none_none_0123456789ab-dirty":                  {Repository: "my_repo", Dirty: true},
		"none_a-..-..-..-etc_none_0123456789ab":                 {Repository: "...", Branch: "a/../../../etc"},
		strings.Repeat("x", 60) + "_main_1f0c2a9b_0123456789ab": {Repository: strings.Repeat("x", 300), Branch: "main", Commit: "1f0c2a9be5d4"},
		"pipelines_ber-die-Stra-e_1f0c2a9b_0123456789ab":        {Repository: "pipelines", Branch: "Über die Straße", Commit: "1f0c2a9be5d4"},
		"pipelines_a-rm--rf-home_1f0c2a9b_0123456789ab":         {Repository: "pipelines", Branch: "a$(rm -rf ${home})", Commit: "1f0c2a9be5d4"},
	} {
		id := newID(source, hash)
		assert.Equal(t, want, id)
		assert.NoError(t, CheckID(id))
	}
	for _, id := range []string{"", "../x", "a_b_c_d", "a_b_c_0123456789ab/", "a_b_0123456789ab", "a_b_c_0123456789ab-clean"} {
		assert.ErrorContains(t, CheckID(id), "this is not the id of an artifact", "%q", id)
	}
}

// Whatever is changed of an artifact, deploying it is refused, and nothing is changed.
func TestTampered(t *testing.T) {
	var id string
	pick := func(t *testing.T, s Store, part string) bucket.Object {
		all, err := s.Bucket.List(t.Context(), "artifacts/"+id+"/")
		require.NoError(t, err)
		i := slices.IndexFunc(all, func(o bucket.Object) bool { return strings.HasSuffix(o.Name, part) })
		return all[i]
	}
	replace := func(part, old, text string) func(*testing.T, Store) {
		return func(t *testing.T, s Store) {
			o := pick(t, s, part)
			data, _, err := s.Bucket.Read(t.Context(), o.Name, bucket.MaxObject)
			require.NoError(t, err)
			require.Contains(t, string(data), old)
			_, err = s.Bucket.Write(t.Context(), o.Name, []byte(strings.ReplaceAll(string(data), old, text)), o.Generation)
			require.NoError(t, err)
		}
	}
	sum := content.SHA256([]byte("select '1orders'"))
	for name, tamper := range map[string]func(*testing.T, Store){
		"sql":              replace("orders.sql", "select", "delete"),
		"dag":              replace("orders.py", "include", "import "),
		"manifest's sum":   replace("manifest.json", sum, content.SHA256([]byte("select '2orders'"))),
		"manifest's path":  replace("manifest.json", "raw/orders/orders.py", "raw/orders/others.py"),
		"path out":         replace("manifest.json", "dags/2.10/raw/orders/orders.py", "../../../dags/neighbour.py"),
		"manifest's hash":  replace("manifest.json", "content_hash\": \"", "content_hash\": \"0"),
		"manifest's scope": replace("manifest.json", "\"service_project\"", "\"scope\": \"raw/orders\", \"service_project\""),
		"commit":           replace("manifest.json", "\"commit\": \"1f", "\"commit\": \"2f"),
		// Each alone would make a deploy remove every DAG, bring one that a neighbour has, or
		// go to another's prefix.
		"one line more":    replace("manifest.json", `"lines": [`, `"lines": ["3.1",`),
		"another line":     replace("manifest.json", `"2.10"`, `"3.1"`),
		"no line":          replace("manifest.json", `"2.10"`, ``),
		"no DAGs":          replace("manifest.json", `"dags": [`, `"dags": [], "was": [`),
		"another DAG id":   replace("manifest.json", `"id": "raw__orders"`, `"id": "raw__others"`),
		"another pipeline": replace("manifest.json", `"pipeline": "raw/orders"`, `"pipeline": "raw/others"`),
		"no files":         replace("manifest.json", `"files": [`, `"files": [], "were": [`),
		"another's":        replace("manifest.json", `"service_project": "example"`, `"service_project": "other"`),
		"images":           replace("manifest.json", `"dags": [`, `"dbt_images": {"sales": "theirs"}, "dags": [`),
		"no JSON":          replace("manifest.json", "{", ""),
		"missing": func(t *testing.T, s Store) {
			o := pick(t, s, "orders.sql")
			require.NoError(t, s.Bucket.Delete(t.Context(), o.Name, o.Generation))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, to := setup(t)
			deploy(t, s, to, build(t, s, "00", two("0")))
			before := snapshot(t, to.Bucket, "")
			id = build(t, s, "1f", two("1"))
			tamper(t, s)
			if strings.HasSuffix(name, " line more") || strings.HasPrefix(name, "another line") {
				to.Line = "3.1"
			}
			_, err := s.Deploy(t.Context(), id, to, DeployOptions{By: "ana"})
			require.ErrorContains(t, err, "the artifact is not what was built")
			require.ErrorContains(t, err, "nothing was changed")
			assert.Equal(t, before, snapshot(t, to.Bucket, ""))
		})
	}
}
