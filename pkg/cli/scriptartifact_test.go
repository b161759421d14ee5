package cli_test

import (
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// deployed deploys the artifact whose id a file, or what a command printed, ends with:
//
//	deployed <file> <environment> [make]
//
// With make it is done by DOP's name.
func deployed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: deployed <file> <environment> [make]")
	}
	words := strings.Fields(ts.ReadFile(args[0]))
	if len(words) == 0 {
		ts.Fatalf("%s has no id", args[0])
	}
	id := words[len(words)-1]
	command := []string{"dorc", "artifact", "deploy", id, "--env", args[1]}
	if len(args) > 2 {
		ts.Setenv("DOP_ARTIFACT_ID", id)
		command = []string{ts.Getenv("REPO") + "/scripts/artifact.sh", "deploy"}
	}
	ts.Check(ts.Exec(command[0], command[1:]...))
}
