package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newImageLock(a *app) *cobra.Command {
	var upgrade bool
	cmd := &cobra.Command{
		Use:   "lock",
		Short: "Lock the base images to what they are today",
		Long: `lock writes the digests of the base images into base-images.lock in the config
repo: of functions, and the launcher and SDK images of Dataflow pipelines. Commit
the file: the same commit then gives the same images at any time. Without it every
plan and apply asks what a base image is today, and a newer one makes new images
of all that are built on it.`,
		Example: `  dorc image lock
  dorc image lock --upgrade`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			locked, err := p.LockBases(cmd.Context(), upgrade)
			if err != nil {
				return err
			}
			if a.json {
				return printLines(a, locked)
			}
			for _, l := range locked {
				note := ""
				switch l.Was {
				case "":
				case l.Digest:
					note = " (as before)"
				default:
					note = " (was " + l.Was + ")"
				}
				fmt.Fprintf(a.stdout, "%s is %s%s\n", l.Reference, l.Digest, note)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&upgrade, "upgrade", false, "also what is locked already: take today's")
	return cmd
}
