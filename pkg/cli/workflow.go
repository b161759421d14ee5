package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

func newWorkflow(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "workflow",
		Short: "Check and run definitions of Google Cloud Workflows",
		Args:  subcommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newWorkflowCheck(a), newWorkflowRun(a))
	return cmd
}

func newWorkflowCheck(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "check <file>",
		Short: "Check a definition without running it",
		Long: `check reads a workflow.yaml (or JSON): its steps, where they lead, what they call
with which arguments, its expressions, and the limits of Google Cloud Workflows.`,
		Example: "  dorc workflow check workflow.yaml",
		Args:    arguments(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if _, err := a.readWorkflow(args[0]); err != nil {
				return err
			}
			if a.json {
				return json.NewEncoder(a.stdout).Encode(map[string]any{"file": args[0], "valid": true})
			}
			_, err := fmt.Fprintf(a.stdout, "%s is valid\n", args[0])
			return err
		},
	}
}

// readWorkflow reads a definition without mistakes.
func (a *app) readWorkflow(name string) (*syntax.Workflow, error) {
	if err := a.checkDir(); err != nil {
		return nil, err
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(a.dir, path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, problem.Problem{File: name, Summary: "the definition cannot be read", Detail: err.Error(), Hint: "Check the path."}
	}
	w, problems := syntax.Parse(name, data)
	return w, problems.Err()
}
