package cli

import (
	"github.com/spf13/cobra"
)

func newRefresh(a *app) *cobra.Command {
	var instance instanceFlags
	var operation operationFlags
	cmd := &cobra.Command{
		Use:   "refresh <instance>",
		Short: "Read what really exists into the state",
		Args:  oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			w, ref, err := a.newWorker(ctx, instance.applied, &operation, args)
			if err != nil {
				return err
			}
			if err := w.project.MustBeApplied(ctx, ref); err != nil {
				return err
			}
			s, err := w.project.Stack(ctx, ref, false)
			if err != nil {
				return err
			}
			return w.do(ctx, s, w.output, w.engine.Refresh)
		},
	}
	instance.add(cmd)
	operation.add(cmd)
	return cmd
}
