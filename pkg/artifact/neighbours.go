package artifact

import (
	"context"
	"errors"
	"fmt"
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

// neighbours looks who else has DAGs of these ids in the environment: Airflow would
// show one of two, and run now this one and now that one. It returns how many files
// it could not look at.
func (p Place) neighbours(ctx context.Context, dags []content.DAG) (unseen int, err error) {
	wanted := map[string]string{}
	for _, d := range dags {
		wanted[d.ID] = d.Pipeline
	}
	says, files, unseen, err := p.beside(ctx)
	if err != nil {
		return 0, inBucket(p.Bucket, err)
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
		for _, id := range pythonDAGs(string(text)) {
			claim(id, o.Name)
		}
		return err
	})
	if err != nil {
		return unseen, err
	}
	slices.SortFunc(found, func(a, b problem.Problem) int { return strings.Compare(a.Error(), b.Error()) })
	return unseen, slices.Compact(found).Err()
}

// beside lists what others have in the folder of the DAGs: the records of those whom
// dorc deploys, and the Python files of the rest, as many as are looked at.
func (p Place) beside(ctx context.Context) (says, files []bucket.Object, unseen int, err error) {
	folders, all, err := p.Bucket.Folder(ctx, p.dags())
	if err != nil {
		return nil, nil, 0, err
	}
	for _, folder := range folders {
		prefix := p.dags() + folder + "/"
		if prefix == p.Prefix {
			continue
		}
		record, err := p.Bucket.Stat(ctx, prefix+deployedName)
		if err == nil {
			says = append(says, record)
			continue
		}
		if !errors.Is(err, bucket.ErrNotFound) {
			return nil, nil, 0, err
		}
		own, err := p.Bucket.List(ctx, prefix)
		if err != nil {
			return nil, nil, 0, err
		}
		all = append(all, own...)
	}
	for _, o := range all {
		switch {
		case !content.IsDAG(o.Name):
		case len(files) == maxNeighbourFiles || o.Size > maxNeighbourFile:
			unseen++
		default:
			files = append(files, o)
		}
	}
	return says, files, unseen, nil
}

func (p Place) taken(id, pipeline, owner string) problem.Problem {
	return problem.Problem{
		Resource: "pipeline " + pipeline, Summary: "someone else has a DAG of this id in the environment",
		Detail: fmt.Sprintf("%q is also the id of %s/%s; Airflow would show one of the two", id, p.Bucket.URL(), owner),
		Hint:   "Give the pipeline another dag_id, or have the other one removed.",
	}
}
