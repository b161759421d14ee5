package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

func newInit(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Check the settings, the state and the target, and make what is missing",
		Long: `init opens the state store and the target, makes what is missing of them, and
says what dorc will work with and which source gave each setting.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			facts, err := p.Init(cmd.Context())
			if err != nil {
				return err
			}
			return a.printFacts(facts)
		},
	}
}

func (a *app) printFacts(facts []stack.Fact) error {
	if a.json {
		encoder := json.NewEncoder(a.stdout)
		for _, f := range facts {
			if err := encoder.Encode(f); err != nil {
				return err
			}
		}
		return nil
	}
	table := ui.Table{Header: []string{"SETTING", "VALUE", "FROM"}}
	for _, f := range facts {
		table.Rows = append(table.Rows, []string{f.Name, f.Value, f.Source})
	}
	if err := table.Write(a.stdout); err != nil {
		return err
	}
	_, err := fmt.Fprintln(a.stdout, "Ready.")
	return err
}
