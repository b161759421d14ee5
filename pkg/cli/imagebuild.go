package cli

import (
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/ui"
)

func newImageBuild(a *app) *cobra.Command {
	var flags imageFlags
	var output string
	cmd := &cobra.Command{
		Use:   "build [pipeline]",
		Short: "Build the images that apply would build",
		Long: `build makes images without pushing them anywhere. On the local
target they have no base layers, since nothing there needs them.

With --output every image is complete, with the layers of its base, and is
written to an OCI image layout of its own below the folder:
  skopeo copy oci:<folder>/<image> docker-daemon:<name>
  podman load -i <folder>/<image>`,
		Example: `  dorc image build
  dorc image build weather --layer raw-to-processed --function clean --output images`,
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			if output != "" && !filepath.IsAbs(output) {
				output = filepath.Join(a.dir, output)
			}
			selection, err := flags.selection(args)
			if err != nil {
				return err
			}
			built, err := p.BuildImages(cmd.Context(), selection, output, a.said())
			if err != nil {
				return err
			}
			if a.json {
				return printLines(a, built)
			}
			table := ui.Table{Header: []string{"IMAGE OF", "DIGEST", "LAYERS", "SIZE", "WRITTEN TO"}}
			for _, b := range built {
				table.Rows = append(table.Rows, []string{b.String(), b.Digest, strconv.Itoa(b.Layers), size(b.Size), b.Path})
			}
			return table.Write(a.stdout)
		},
	}
	flags.add(cmd, false)
	cmd.Flags().StringVar(&output, "output", "", "write complete images below this folder")
	return cmd
}
