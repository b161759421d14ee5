package artifact

import (
	"context"
	"errors"
	"time"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
)

// Record is what one deploy did. It is kept for good in the artifacts bucket.
type Record struct {
	Schema int `json:"schema"`
	// Environment, ServiceProject, Bucket and Prefix are where.
	Environment    string `json:"environment"`
	ServiceProject string `json:"service_project"`
	Bucket         string `json:"bucket"`
	Prefix         string `json:"prefix"`
	// How is "deploy", "apply" or "destroy".
	How string `json:"how"`
	// Artifact is what was deployed; "" for a removal. Scope is the pipeline that it
	// was about, "" for all.
	Artifact string `json:"artifact,omitempty"`
	Scope    string `json:"scope,omitempty"`
	// From are the ids of the artifacts that were deployed before, of any pipeline.
	From []string `json:"from,omitempty"`
	// By is who deployed, and At when it was done.
	By string    `json:"by"`
	At time.Time `json:"at"`
	// Added, Changed and Removed are files below the prefix; Unchanged is how many
	// stayed as they were.
	Added     []string `json:"added,omitempty"`
	Changed   []string `json:"changed,omitempty"`
	Removed   []string `json:"removed,omitempty"`
	Unchanged int      `json:"unchanged"`
	// Unseen is how many files of others could not be looked at for DAG ids.
	Unseen int `json:"unseen,omitempty"`
}

func (r *Record) begin(at Place, o DeployOptions, before *Deployed) {
	r.Schema, r.Environment, r.ServiceProject = SchemaVersion, at.Environment, at.ServiceProject
	r.Bucket, r.Prefix, r.How, r.By, r.From = at.Bucket.URL(), at.Prefix, o.How, o.By, before.Artifacts()
}

// recordTime sorts by time, and is plain in names.
const recordTime = "20060102T150405.000000Z"

// keep writes the record under a name that no other has.
func (s Store) keep(ctx context.Context, r *Record, now time.Time) error {
	what := r.Artifact
	if what == "" {
		what = "removed"
	}
	for {
		r.At = now.UTC()
		data, err := encode(r)
		if err != nil {
			return err
		}
		_, err = s.Bucket.Write(ctx, deploysFolder+r.At.Format(recordTime)+"_"+what+".json", data, 0)
		if !errors.Is(err, bucket.ErrChanged) {
			return inBucket(s.Bucket, err)
		}
		now = now.Add(time.Microsecond) // of two in one microsecond, one is the later one
	}
}
