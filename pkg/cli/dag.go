package cli

import "github.com/spf13/cobra"

func newDAG(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dag",
		Short: "Check DAGs without code, and look at what becomes of them",
		Args:  subcommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newDAGCompile(a), newDAGShow(a), newDAGValidate(a))
	return cmd
}
