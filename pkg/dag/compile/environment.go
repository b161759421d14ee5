package compile

import "github.com/dorc-dev/dorc/pkg/dag"

// LongestEnvironment is how many characters the name of an environment may have, in which
// a task finds the pipeline that it starts: with a longer one package naming shortens
// the name of what is started, and the compiled file does not. ok is false for a task
// that starts nothing.
func LongestEnvironment(t *dag.Task, project string) (longest int, ok bool) {
	limit := workflowLimit
	switch {
	case t.Starts == "":
		return 0, false
	case t.Action == dag.Lambda:
		limit = stateMachineLimit
	}
	return limit - len(project) - len(pipelineID(t.Starts)) - 2, true
}
