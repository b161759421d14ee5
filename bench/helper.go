package main

import (
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/naming"
)

// The bench starts itself for what must not share its process: on Linux a
// child's peak memory begins at that of its parent, so the parent stays small.
const (
	programHelper = "pulumi-program"
	loadHelper    = "load"
)

var helpers = map[string]func(args []string) error{
	programHelper:  serveProgram,
	loadHelper:     load,
	registryHelper: serveRegistry,
}

// load finds a config repo and checks it and every cloud name that it leads to
// in one environment.
func load(args []string) error {
	repo, problems := configrepo.Load(args[0], "")
	if err := problems.Err(); err != nil {
		return err
	}
	names := naming.Names{Project: "bench", Environment: "prod", Account: strings.Repeat("0", 12)}
	if err := configrepo.Check(repo, names).Err(); err != nil {
		return err
	}
	_, err := fmt.Printf("%d pipelines\n", len(repo.Pipelines))
	return err
}
