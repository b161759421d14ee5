package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/stack"
)

func newArtifactBuild(a *app) *cobra.Command {
	var o stack.ArtifactBuild
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Compile all DAGs and store them under an id",
		Long: `build compiles every DAG for the Airflow of every environment, and stores that with
the SQL, the dbt projects and a manifest in the artifacts bucket. It prints the id:
<repository>_<branch>_<commit>_<content hash>. What exists already is not built again.

The config repo must be exactly a commit, unless --allow-dirty is given.`,
		Example: "  dorc artifact build\n  dorc artifact build --image-version composer-3-airflow-3.1.7-build.2",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			o.Say = a.said()
			built, err := p.BuildArtifact(cmd.Context(), o)
			if err != nil {
				return err
			}
			if a.json {
				return json.NewEncoder(a.stdout).Encode(map[string]any{
					"id": built.ID, "existed": built.Existed, "files": len(built.Files), "sent": built.Sent, "dags": built.DAGs, "lines": built.Lines,
					"repository": built.Repository, "branch": built.Branch, "commit": built.Commit, "dirty": built.Dirty, "contentHash": built.ContentHash,
				})
			}
			if built.Existed {
				fmt.Fprintf(a.stderr, "it exists already, built by %s at %s\n", built.By, when(built.At))
			} else {
				fmt.Fprintf(a.stderr, "%s for Airflow %s: %s, %s sent\n", count(len(built.DAGs), "DAG"), strings.Join(built.Lines, " and "), count(len(built.Files), "file"), count(built.Sent, "file"))
			}
			_, err = fmt.Fprintln(a.stdout, built.ID)
			return err
		},
	}
	cmd.Flags().StringArrayVar(&o.ImageVersions, "image-version", nil, "compile for this image of Composer too; may be given several times")
	cmd.Flags().StringVar(&o.Branch, "branch", "", "the branch's name, where git does not know it (default: what the CI system says)")
	cmd.Flags().BoolVar(&o.AllowDirty, "allow-dirty", false, "build also when something is not committed")
	return cmd
}

// count is a number with its thing, in the plural where it is one.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// printPaths prints what happened to files, a line each.
func printPaths(w io.Writer, sign string, paths []string) {
	for _, path := range paths {
		fmt.Fprintf(w, "  %s %s\n", sign, path)
	}
}
