package artifact

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// fixed is a set of buckets.
type fixed []objects.Bucket

func (f fixed) Buckets() ([]objects.Bucket, error) { return f, nil }

func (f fixed) Bucket(name string) (*objects.Bucket, error) {
	for _, b := range f {
		if b.Name == name {
			return &b, nil
		}
	}
	return nil, nil
}

const line = "2.10"

// open opens the buckets of a folder: artifacts, and those of an environment.
func open(folder string) (Store, Place) {
	store, err := objects.New(folder, fixed{{Name: "artifacts", Created: time.Unix(1, 0), Versioned: true}, {Name: "composer", Created: time.Unix(1, 0)}})
	if err != nil {
		panic(err)
	}
	return Store{bucket.NewLocal(store, "artifacts")}, Place{
		Bucket: bucket.NewLocal(store, "composer"), Prefix: Prefix("dags", "example"),
		ServiceProject: "example", Environment: "prod", Line: line,
	}
}

// setup opens the buckets of a test.
func setup(t *testing.T) (Store, Place) { return open(t.TempDir()) }

// pipeline is the content of a pipeline: a DAG file that names the SQL that it includes.
func pipeline(name, version string, tables ...string) []content.File {
	var files []content.File
	text := "# " + version + "\n"
	for _, table := range tables {
		sql := "sql/" + table + ".sql"
		text += "include " + sql + "\n"
		files = append(files, content.File{Path: content.DAGPath(line, path.Join(name, sql)), Data: []byte("select '" + version + table + "'")})
	}
	return append(files, content.File{Path: content.DAGPath(line, path.Join(name, path.Base(name)+".py")), Data: []byte(text)})
}

// whole is the content of a config repo with these pipelines.
func whole(pipelines map[string][]content.File) *content.Content {
	c := &content.Content{Lines: []string{line}}
	for name, files := range pipelines {
		c.Files = append(c.Files, files...)
		c.DAGs = append(c.DAGs, content.DAG{ID: strings.ReplaceAll(name, "/", "__"), Pipeline: name})
	}
	return c
}

func options(commit string) BuildOptions {
	return BuildOptions{
		ServiceProject: "example", Source: Source{Repository: "pipelines", Branch: "main", Commit: commit + strings.Repeat("0", 40-len(commit))},
		By: "ana@laptop", At: time.Date(2025, 7, 24, 12, 0, 0, 0, time.UTC), Compiler: "1.0.0",
	}
}

func build(t *testing.T, s Store, commit string, c *content.Content) string {
	t.Helper()
	built, err := s.Build(t.Context(), c, options(commit))
	require.NoError(t, err)
	require.False(t, built.Existed)
	return built.ID
}

func deploy(t *testing.T, s Store, to Place, id string) *Record {
	t.Helper()
	r, err := s.Deploy(t.Context(), id, to, DeployOptions{By: "ana@laptop"})
	require.NoError(t, err)
	return r
}

// snapshot is every object below a prefix with its bytes.
func snapshot(t *testing.T, b bucket.Bucket, prefix string) map[string]string {
	t.Helper()
	all, err := b.List(context.Background(), prefix)
	require.NoError(t, err)
	found := map[string]string{}
	for _, o := range all {
		data, _, err := b.Read(context.Background(), o.Name, bucket.MaxObject)
		require.NoError(t, err)
		found[o.Name] = string(data)
	}
	return found
}

// live is what Airflow would see below the prefix: everything but dorc's own records.
func live(t *testing.T, to Place) map[string]string {
	t.Helper()
	found := snapshot(t, to.Bucket, to.Prefix)
	for name := range found {
		if strings.HasPrefix(name, to.Prefix+ownFolder) || name == to.Prefix+ignoreName {
			delete(found, name)
		}
	}
	return found
}

// requireWhole fails when a DAG is live without the SQL that it includes.
func requireWhole(t *testing.T, to Place) {
	t.Helper()
	found := live(t, to)
	for name, text := range found {
		if !content.IsDAG(name) {
			continue
		}
		for l := range strings.SplitSeq(text, "\n") {
			if sql, ok := strings.CutPrefix(l, "include "); ok {
				require.Contains(t, found, path.Join(path.Dir(name), sql), "%s is live without it", name)
			}
		}
	}
}

// errBroken is what a broken bucket says.
var errBroken = errors.New("connection reset by peer")

// broken fails every change from one on, as if the process had ended there. What was
// under way before is finished, so that as many changes are made as were to be.
type broken struct {
	bucket.Bucket
	left *atomic.Int64
}

func breakAfter(b bucket.Bucket, changes int64) broken {
	left := &atomic.Int64{}
	left.Store(changes)
	return broken{b, left}
}

func (b broken) Write(ctx context.Context, name string, data []byte, generation int64) (bucket.Object, error) {
	if b.left.Add(-1) < 0 {
		return bucket.Object{}, fmt.Errorf("writing %s: %w", name, errBroken)
	}
	return b.Bucket.Write(context.WithoutCancel(ctx), name, data, generation)
}

func (b broken) Delete(ctx context.Context, name string, generation int64) error {
	if b.left.Add(-1) < 0 {
		return fmt.Errorf("deleting %s: %w", name, errBroken)
	}
	return b.Bucket.Delete(context.WithoutCancel(ctx), name, generation)
}
