package cli

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/spf13/cobra"
)

func newImport(a *app) *cobra.Command {
	var instance instanceFlags
	var operation operationFlags
	var parent string
	var protect bool
	cmd := &cobra.Command{
		Use:   "import <instance> <type> <name> <id>",
		Short: "Take a resource that exists into a stack's state",
		Long: `import takes a resource that exists into the state of a stack, as the program
would name it: its Pulumi type, its name in the program, and its ID in the cloud.`,
		Example: `  dorc import infra --env prod aws:iam/role:Role lambda-role ExampleDorc-prod-lambda-role`,
		Args:    arguments(4, 4),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if _, err := tokens.ParseTypeToken(args[1]); err != nil || strings.Count(args[1], ":") != 2 {
				return &usageError{fmt.Errorf("%q is not a Pulumi type such as aws:iam/role:Role", args[1])}
			}
			w, ref, err := a.newWorker(ctx, instance.ref, &operation, args)
			if err != nil {
				return err
			}
			s, err := w.project.Stack(ctx, ref, false)
			if err != nil {
				return err
			}
			imports := []deploy.Import{{
				Type: tokens.Type(args[1]), Name: args[2], ID: resource.ID(args[3]),
				Parent: resource.URN(parent), Protect: protect,
			}}
			return w.do(ctx, s, w.output, importOf(w.engine, imports))
		},
	}
	instance.add(cmd)
	operation.add(cmd)
	cmd.Flags().StringVar(&parent, "parent", "", "the URN of the resource's parent")
	cmd.Flags().BoolVar(&protect, "protect", false, "refuse to delete it until it is unprotected")
	return cmd
}
