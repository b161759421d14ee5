package dag

import (
	"fmt"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// CheckTogether refuses DAGs of one config repo that share an id: Airflow would show one
// of them, and now that one and now the other.
func CheckTogether(dags []*DAG) (found problem.List) {
	owners := map[string]*DAG{}
	for _, d := range dags {
		if !d.Enabled {
			continue
		}
		if other := owners[d.ID]; other != nil {
			found = append(found, problem.Problem{File: d.File, Summary: fmt.Sprintf("two DAGs have the id %q", d.ID), Detail: "the other one is " + other.File,
				Hint: "Write another dag_id, or rename one of the folders."})
			continue
		}
		owners[d.ID] = d
	}
	return found
}
