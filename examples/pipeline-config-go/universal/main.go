// The program of the stack universal: what the project has once.
package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/universal"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		configuration, err := config.UniversalFromContext(ctx)
		if err != nil {
			return err
		}
		if _, err := universal.CreateUniversal(ctx, "universal", &universal.Args{Config: configuration}); err != nil {
			return err
		}
		audit, err := cloudwatch.NewLogGroup(ctx, "audit", &cloudwatch.LogGroupArgs{
			Name:            pulumi.String("/" + configuration.Project + "/audit"),
			RetentionInDays: pulumi.Int(365),
		})
		if err != nil {
			return err
		}
		ctx.Export("audit_log_group", audit.Name)
		return nil
	})
}
