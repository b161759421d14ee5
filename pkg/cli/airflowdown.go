package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
)

func newAirflowDown(a *app) *cobra.Command {
	var flags airflowFlags
	cmd := &cobra.Command{
		Use:   "down",
		Short: "End the Airflow of an environment; its runs and variables stay for the next up",
		Args:  arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, home, err := flags.home(a)
			if err != nil {
				return err
			}
			ctx, stop := a.until(cmd.Context())
			defer stop()
			was, left, err := a.stopAirflow(ctx, home)
			if err != nil {
				return err
			}
			text := "No Airflow of %s runs.\n"
			if was != nil || left > 0 {
				text = "Airflow of %s has ended.\n"
			}
			if a.json {
				return json.NewEncoder(a.stdout).Encode(map[string]any{"ended": was != nil || left > 0})
			}
			fmt.Fprintf(a.stdout, text, flags.env)
			return nil
		},
	}
	flags.add(cmd)
	return cmd
}
