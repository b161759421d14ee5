package cli

import "github.com/spf13/cobra"

func newArtifact(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "artifact",
		Short: "Build versions of the DAGs, deploy them, and go back",
		Long: `An artifact is all DAGs of the config repo, compiled, under an id that never means
anything else. It is built once, and deployed to one environment after the other;
an earlier id is the way back. apply of a pipeline of kind dag does both for that
pipeline alone.`,
		Args: subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newArtifactBuild(a), newArtifactList(a), newArtifactDeploy(a))
	return cmd
}
