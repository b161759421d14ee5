package dags

import (
	"errors"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// problems are the problems that an error is.
func problems(err error) (problem.List, bool) {
	var list problem.List
	var one problem.Problem
	switch {
	case errors.As(err, &list):
		return list, true
	case errors.As(err, &one):
		return problem.List{one}, true
	}
	return nil, false
}
