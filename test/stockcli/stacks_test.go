package stockcli

import "strings"

// stack is a stack of the example as dorc and as the stock CLI name it.
type stack struct {
	// name is the stack's name, args how a person names it to dorc.
	name string
	args []string
}

// The example's stacks in the order in which they are applied.
var (
	universalStack = stack{"universal", []string{"universal"}}
	infraStack     = stack{"infra-prod", []string{"infra", "--env", "prod"}}
	curatedStack   = stack{"processed-to-curated-prod-weather", []string{"weather", "--layer", "processed-to-curated", "--env", "prod"}}
	processedStack = stack{"raw-to-processed-prod-weather", []string{"weather", "--layer", "raw-to-processed", "--env", "prod"}}
	allStacks      = []stack{universalStack, infraStack, curatedStack, processedStack}
)

// full is the stack's name with its organization and project.
func (s stack) full() string { return prefix + s.name }

// command is a dorc command on this stack alone.
func (s stack) command(verb string, flags ...string) []string {
	args := append(strings.Fields(verb), s.args...)
	alone := verb == "plan" || verb == "apply" || verb == "destroy"
	if s.name == infraStack.name && alone {
		args = append(args, "--only")
	}
	return append(args, flags...)
}
