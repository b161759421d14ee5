// Command pulumi-program is what the stock Pulumi CLI runs for the Pulumi.yaml at
// the root: dorc's own program of the selected stack. dorc itself does not use it.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/settings"
	"github.com/dorc-dev/dorc/pkg/stack"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		s, err := settings.Load(settings.Options{NoAWS: stack.HasNoAWS})
		if err != nil {
			return err
		}
		p := stack.NewProject(s)
		ref, err := p.RefOfStack(ctx.Stack())
		if err != nil {
			return err
		}
		body, err := p.Body(ref)
		if err != nil {
			return err
		}
		return body(ctx)
	})
}
