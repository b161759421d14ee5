package artifact

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
)

// ignoreName and ignoreText keep Airflow from looking for DAGs where dorc keeps its
// own records. The line means the same as a regular expression, Airflow 2's default,
// and as a glob, Airflow 3's
// (https://airflow.apache.org/docs/apache-airflow/stable/core-concepts/dags.html#airflowignore).
const (
	ignoreName = ".airflowignore"
	ignoreText = "\\.dorc/\n"
	ownFolder  = ".dorc/"
)

// difference is what must be done so that the objects below a prefix are those of an
// artifact. Names are below the prefix, and sorted.
type difference struct {
	// added and changed are written, removed are deleted.
	added, changed, removed []string
	unchanged               int
	// wanted are the bytes, there the objects, by name.
	wanted map[string][]byte
	there  map[string]bucket.Object
}

// compare compares what lies below the prefix with what is wanted there. With a scope
// it looks at nothing but the scope's own folder.
func (p Place) compare(ctx context.Context, scope string, wanted map[string][]byte) (*difference, error) {
	below := ""
	if scope != "" {
		below = scope + "/"
	}
	objects, err := p.Bucket.List(ctx, p.Prefix+below)
	if err != nil {
		return nil, inBucket(p.Bucket, err)
	}
	d := &difference{wanted: wanted, there: map[string]bucket.Object{}}
	for _, o := range objects {
		name := strings.TrimPrefix(o.Name, p.Prefix)
		// A name that ends in a slash is how file systems on top of buckets keep folders.
		if strings.HasPrefix(name, ownFolder) || name == "" || strings.HasSuffix(name, "/") {
			continue
		}
		d.there[name] = o
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		o, ok := d.there[name]
		switch {
		case !ok:
			d.added = append(d.added, name)
		case o.Is(wanted[name]):
			d.unchanged++
		default:
			d.changed = append(d.changed, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.there)) {
		if _, ok := wanted[name]; !ok {
			d.removed = append(d.removed, name)
		}
	}
	return d, nil
}

// steps are the changes in their order: what one step has is changed before the next
// begins. A DAG is written when everything that it includes is there, and deleted
// before anything that it includes is.
func (d *difference) steps() []step {
	var steps [4]step
	for _, name := range slices.Concat(d.added, d.changed) {
		i := 0
		if content.IsDAG(name) {
			i = 1
		}
		steps[i].names = append(steps[i].names, name)
	}
	for _, name := range d.removed {
		i := 3
		if content.IsDAG(name) {
			i = 2
		}
		steps[i].names = append(steps[i].names, name)
	}
	steps[2].remove, steps[3].remove = true, true
	return steps[:]
}

type step struct {
	names  []string
	remove bool
}

func (d *difference) empty() bool { return len(d.added)+len(d.changed)+len(d.removed) == 0 }
