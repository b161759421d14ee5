package artifact

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/problem"
)

const deployedName = ".dorc/deployed.json"

// Deployed says what lies below a prefix: deployed.json. A deploy of all pipelines
// replaces every entry, an apply of one pipeline its own.
type Deployed struct {
	Schema         int    `json:"schema"`
	ServiceProject string `json:"service_project"`
	// Pipelines are by <layer>/<name>.
	Pipelines map[string]Entry `json:"pipelines"`
}

// Entry is a pipeline that is deployed.
type Entry struct {
	// Artifact is the id of the artifact that its files are of.
	Artifact string `json:"artifact"`
	// DAGs are the ids of its DAGs.
	DAGs []string `json:"dags"`
	// Line is the line of Airflow that they were compiled for.
	Line string `json:"line"`
	// By is who deployed it, and At when.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// ReadDeployed reads what is deployed below a prefix; nothing is no error.
func ReadDeployed(ctx context.Context, b bucket.Bucket, prefix string) (*Deployed, error) {
	d, _, err := readDeployed(ctx, b, prefix)
	return d, err
}

func readDeployed(ctx context.Context, b bucket.Bucket, prefix string) (*Deployed, int64, error) {
	data, o, err := b.Read(ctx, prefix+deployedName, bucket.MaxObject)
	if errors.Is(err, bucket.ErrNotFound) {
		return &Deployed{Schema: SchemaVersion, Pipelines: map[string]Entry{}}, 0, nil
	}
	if err != nil {
		return nil, 0, inBucket(b, err)
	}
	d := &Deployed{}
	resource := b.URL() + "/" + prefix + deployedName
	if err := json.Unmarshal(data, d); err != nil {
		return nil, 0, problem.Problem{
			Resource: resource, Summary: "what is deployed cannot be read", Detail: err.Error(),
			Hint: "Delete the object, and deploy again: it is made anew.",
		}
	}
	if d.Schema > SchemaVersion {
		return nil, 0, newerSchema(resource, d.Schema)
	}
	if d.Pipelines == nil {
		d.Pipelines = map[string]Entry{}
	}
	return d, o.Generation, nil
}

// Artifacts are the ids of the artifacts that pipelines are of, sorted.
func (d *Deployed) Artifacts() []string {
	ids := map[string]bool{}
	for _, e := range d.Pipelines {
		ids[e.Artifact] = true
	}
	return slices.Sorted(maps.Keys(ids))
}

// owners are the pipelines of DAG ids.
func (d *Deployed) owners() map[string]string {
	owners := map[string]string{}
	for name, e := range d.Pipelines {
		for _, id := range e.DAGs {
			owners[id] = name
		}
	}
	return owners
}
