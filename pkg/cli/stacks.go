package cli

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/ui"
)

func newStacks(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "stacks",
		Short: "List the stacks in the state",
		Args:  arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			store, err := p.Store(cmd.Context())
			if err != nil {
				return err
			}
			summaries, err := store.Stacks(cmd.Context())
			if err != nil {
				return err
			}
			if a.json {
				encoder := json.NewEncoder(a.stdout)
				for _, s := range summaries {
					if err := encoder.Encode(s); err != nil {
						return err
					}
				}
				return nil
			}
			table := ui.Table{Header: []string{"STACK", "TARGET", "RESOURCES", "LAST UPDATE", "NOTE"}}
			for _, s := range summaries {
				updated := "never"
				if !s.Updated.IsZero() {
					updated = s.Updated.Local().Format(time.DateTime)
				}
				note := ""
				switch {
				case s.Damaged != "":
					note = "the state is damaged: " + s.Damaged
				case s.Lock != nil:
					note = "in use by " + s.Lock.Owner
				case s.Journal:
					note = "a run ended early; the next one takes its journal up"
				}
				table.Rows = append(table.Rows, []string{
					s.Name, s.Target, strconv.Itoa(s.Resources), updated, note,
				})
			}
			return table.Write(a.stdout)
		},
	}
}
