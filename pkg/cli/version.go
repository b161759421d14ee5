package cli

import (
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/engine"
)

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of dorc, its engine and Go",
		Args:  arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			if a.json {
				return json.NewEncoder(a.stdout).Encode(map[string]string{
					"dorc": a.version, "pulumi": engine.PulumiVersion(), "go": runtime.Version(),
				})
			}
			_, err := fmt.Fprintf(a.stdout, "dorc %s (Pulumi engine %s, %s %s/%s)\n",
				a.version, engine.PulumiVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
