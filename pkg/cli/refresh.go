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
			p, err := a.project()
			if err != nil {
				return err
			}
			ref, err := instance.applied(ctx, p, args)
			if err != nil {
				return err
			}
			if err := p.MustBeApplied(ctx, ref); err != nil {
				return err
			}
			options, err := operation.options(a)
			if err != nil {
				return err
			}
			e, err := p.Engine(ctx)
			if err != nil {
				return err
			}
			s, err := p.Stack(ctx, ref, false)
			if err != nil {
				return err
			}
			w := &worker{app: a, project: p, engine: e, options: options, flags: &operation, output: a.output()}
			return w.do(ctx, s, w.output, e.Refresh)
		},
	}
	instance.add(cmd)
	operation.add(cmd)
	return cmd
}
