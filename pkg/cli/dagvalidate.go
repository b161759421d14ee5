package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func newDAGValidate(a *app) *cobra.Command {
	var layer string
	cmd := &cobra.Command{
		Use:   "validate [pipeline]",
		Short: "Check the DAGs of the config repo, or one of them",
		Long: `validate reads dag.yaml, or config.yaml of DOP, and the SQL beside it: keys,
names, the graph of tasks, the schedule, the templates, projects of dbt, and operators
with their arguments, which it holds against the Airflow of the environments' Composer
images; and whether each environment lets tasks start other pipelines. It needs no
account and no Airflow. dorc validate does the same, among much else.`,
		Example: "  dorc dag validate\n  dorc dag validate covid --layer raw",
		Args:    arguments(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			v, err := p.ValidateDAGs(strings.Join(args, ""), layer)
			if err != nil {
				return err
			}
			if a.json {
				warnings := []string{}
				for _, w := range v.Warnings {
					warnings = append(warnings, w.Error())
				}
				return json.NewEncoder(a.stdout).Encode(map[string]any{"dags": v.DAGs, "tasks": v.Tasks, "images": v.Images, "warnings": warnings})
			}
			for _, w := range v.Warnings {
				fmt.Fprintf(a.stderr, "warning: %s\n", w.Error())
			}
			_, err = fmt.Fprintf(a.stdout, "valid: %d DAGs, %d tasks, for %s\n", v.DAGs, v.Tasks, strings.Join(v.Images, " and "))
			return err
		},
	}
	cmd.Flags().StringVar(&layer, "layer", "", "the pipeline's layer: its folder below src")
	return cmd
}
