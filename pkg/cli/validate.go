package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/stack"
)

func newValidate(a *app) *cobra.Command {
	var programs string
	cmd := &cobra.Command{
		Use:   "validate",
		Short: "Check the whole config repo without changing anything",
		Long: fmt.Sprintf(`validate checks every file of the config repo and the cloud names and limits that
it leads to. It needs neither an account nor anything applied.

It also runs the stacks' programs as if nothing existed, and holds every resource
that they describe against the rules of the cloud's own API: always, never, or
automatically with fewer than %d stacks. plan does the same for one stack.`, stack.ManyStacks),
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			choice := stack.Programs(programs)
			switch choice {
			case stack.ProgramsAuto, stack.ProgramsAlways, stack.ProgramsNever:
			default:
				return &usageError{fmt.Errorf("--programs is %q; it must be auto, always or never", programs)}
			}
			p, err := a.project()
			if err != nil {
				return err
			}
			v, found := p.Validate(cmd.Context(), choice)
			if err := found.Err(); err != nil {
				return err
			}
			return a.printValid(v)
		},
	}
	cmd.Flags().StringVar(&programs, "programs", string(stack.ProgramsAuto), "run the stacks' programs too: auto, always or never")
	return cmd
}

func (a *app) printValid(v stack.Validation) error {
	if a.json {
		warnings := []string{}
		for _, w := range v.Warnings {
			warnings = append(warnings, w.Error())
		}
		return json.NewEncoder(a.stdout).Encode(map[string]any{
			"environments": v.Environments, "pipelines": v.Pipelines, "functions": v.Functions, "programs": v.Programs,
			"warnings": warnings,
		})
	}
	for _, w := range v.Warnings {
		fmt.Fprintf(a.stderr, "warning: %s\n", w.Error())
	}
	note := ""
	if !v.Programs {
		note = "; programs were not run, --programs=always runs them"
	}
	_, err := fmt.Fprintf(a.stdout, "valid: %d environments, %d pipelines, %d functions%s\n", v.Environments, v.Pipelines, v.Functions, note)
	return err
}
