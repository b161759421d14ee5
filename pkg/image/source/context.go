package source

import "github.com/dorc-dev/dorc/pkg/problem"

func readContext(*Snapshot) (problem.List, error) { return nil, nil }
