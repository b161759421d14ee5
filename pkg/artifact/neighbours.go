package artifact

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/problem"
)

const (
	// maxNeighbourFiles and maxNeighbourFile bound what is read of Python files that
	// others have put beside a service project's.
	maxNeighbourFiles = 2000
	maxNeighbourFile  = 1 << 20
)

// literalID finds the id that a DAG is made with in Python's text: DAG("id", …),
// DAG(…, dag_id="id") and @dag in the same ways. Ids that are computed are not found.
var literalID = regexp.MustCompile(`(?:\bDAG|@(?:\w+\.)?dag)\s*\(\s*(?:[^()]*?\bdag_id\s*=\s*)?["']([\w.-]+)["']`)

// neighbours looks who else has DAGs of these ids in the environment: Airflow would
// show one of two, and run now this one and now that one. It returns how many files
// it could not look at.
func (p Place) neighbours(ctx context.Context, dags []content.DAG) (unseen int, err error) {
	wanted := map[string]string{}
	for _, d := range dags {
		wanted[d.ID] = d.Pipeline
	}
	all, err := p.Bucket.List(ctx, p.dags())
	if err != nil {
		return 0, inBucket(p.Bucket, err)
	}
	// A neighbour that dorc deploys says what it has; the files of others are read.
	var says, files []bucket.Object
	told := map[string]bool{}
	for _, o := range all {
		if name, ok := strings.CutSuffix(o.Name, deployedName); ok && name != p.Prefix && name != p.dags() {
			says, told[name] = append(says, o), true
		}
	}
	for _, o := range all {
		if !content.IsDAG(o.Name) || strings.HasPrefix(o.Name, p.Prefix) || told[p.neighbour(o.Name)] {
			continue
		}
		if len(files) == maxNeighbourFiles || o.Size > maxNeighbourFile {
			unseen++
			continue
		}
		files = append(files, o)
	}
	var mutex sync.Mutex
	var found problem.List
	claim := func(id, owner string) {
		if pipeline, ok := wanted[id]; ok {
			mutex.Lock()
			defer mutex.Unlock()
			found = append(found, p.taken(id, pipeline, owner))
		}
	}
	err = each(ctx, len(says)+len(files), func(ctx context.Context, i int) error {
		if i < len(says) {
			prefix := strings.TrimSuffix(says[i].Name, deployedName)
			d, err := ReadDeployed(ctx, p.Bucket, prefix)
			var unreadable problem.Problem
			if errors.As(err, &unreadable) { // its owner must mend it, not we
				mutex.Lock()
				defer mutex.Unlock()
				unseen++
				return nil
			}
			if err != nil {
				return err
			}
			for id, pipeline := range d.owners() {
				claim(id, prefix+pipeline)
			}
			return nil
		}
		o := files[i-len(says)]
		text, _, err := p.Bucket.Read(ctx, o.Name, maxNeighbourFile)
		if errors.Is(err, bucket.ErrNotFound) {
			return nil // gone meanwhile
		}
		for _, m := range literalID.FindAllSubmatch(text, -1) {
			claim(string(m[1]), o.Name)
		}
		return err
	})
	if err != nil {
		return unseen, err
	}
	slices.SortFunc(found, func(a, b problem.Problem) int { return strings.Compare(a.Error(), b.Error()) })
	return unseen, slices.Compact(found).Err()
}

// neighbour is the folder of the DAGs that an object lies in, with a slash.
func (p Place) neighbour(name string) string {
	rest := strings.TrimPrefix(name, p.dags())
	first, _, isFolder := strings.Cut(rest, "/")
	if !isFolder {
		return p.dags()
	}
	return path.Join(p.dags(), first) + "/"
}

func (p Place) taken(id, pipeline, owner string) problem.Problem {
	return problem.Problem{
		Resource: "pipeline " + pipeline, Summary: "someone else has a DAG of this id in the environment",
		Detail: fmt.Sprintf("%q is also the id of %s/%s; Airflow would show one of the two", id, p.Bucket.URL(), owner),
		Hint:   "Give the pipeline another dag_id, or have the other one removed.",
	}
}
