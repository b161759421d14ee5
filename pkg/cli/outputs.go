package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/pkg/v3/backend/display"
	pulumistack "github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/ui"
)

func newOutputs(a *app) *cobra.Command {
	var instance instanceFlags
	var showSecrets bool
	cmd := &cobra.Command{
		Use:   "outputs <instance> [output]",
		Short: "Print a stack's outputs, or one of them",
		Args:  arguments(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			ref, err := instance.applied(cmd.Context(), p, args)
			if err != nil {
				return err
			}
			outputs, err := p.Outputs(cmd.Context(), ref)
			if err != nil {
				return err
			}
			values, err := outputValues(cmd.Context(), outputs, showSecrets)
			if err != nil {
				return err
			}
			if len(args) == 2 {
				return a.printOutput(ref.Name(), values, args[1])
			}
			return a.printOutputs(values)
		},
	}
	instance.add(cmd)
	cmd.Flags().BoolVar(&showSecrets, "show-secrets", false, "print secret outputs in clear")
	return cmd
}

// outputValues are outputs as the stock CLI prints them. Secrets are replaced by
// their text or by [secret] first, so that nothing is left to encrypt.
func outputValues(ctx context.Context, outputs resource.PropertyMap, showSecrets bool) (map[string]any, error) {
	return pulumistack.SerializeProperties(
		ctx, display.MassageSecrets(outputs, showSecrets), config.NewPanicCrypter(), showSecrets)
}

func (a *app) printOutput(stack string, values map[string]any, name string) error {
	v, ok := values[name]
	if !ok {
		return notFound("output", name, "stack "+stack, slices.Sorted(maps.Keys(values)))
	}
	if text, ok := v.(string); ok && !a.json {
		_, err := fmt.Fprintln(a.stdout, text)
		return err
	}
	return json.NewEncoder(a.stdout).Encode(v)
}

func (a *app) printOutputs(values map[string]any) error {
	if a.json {
		return json.NewEncoder(a.stdout).Encode(values)
	}
	table := ui.Table{Header: []string{"OUTPUT", "VALUE"}}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		text, ok := values[name].(string)
		if !ok {
			data, err := json.Marshal(values[name])
			if err != nil {
				return err
			}
			text = string(data)
		}
		table.Rows = append(table.Rows, []string{name, text})
	}
	return table.Write(a.stdout)
}
