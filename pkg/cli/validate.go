package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
)

func newValidate(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "validate",
		Short: "Check the whole config repo without changing anything",
		Long: `validate checks every file of the config repo, the cloud names that it leads to,
and every resource that its programs describe against the rules of the cloud's
own API. It needs neither an account nor anything applied.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			v, found := p.Validate(cmd.Context())
			if err := found.Err(); err != nil {
				return err
			}
			if a.json {
				return json.NewEncoder(a.stdout).Encode(map[string]int{
					"environments": v.Environments, "pipelines": v.Pipelines, "functions": v.Functions,
				})
			}
			_, err = fmt.Fprintf(a.stdout, "valid: %d environments, %d pipelines, %d functions\n", v.Environments, v.Pipelines, v.Functions)
			return err
		},
	}
}
