package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/stack"
)

func newImageInspect(a *app) *cobra.Command {
	return a.imageCommand(&cobra.Command{
		Use:     "inspect [pipeline]",
		Short:   "Show what is in the images that are pushed",
		Example: "  dorc image inspect weather --layer raw-to-processed --function clean --env prod",
	}, func(ctx context.Context, p *stack.Project, s stack.ImageSelection, env string) error {
		images, err := p.InspectImages(ctx, s, env)
		if err != nil {
			return err
		}
		if a.json {
			return printLines(a, images)
		}
		for i, image := range images {
			if i > 0 {
				fmt.Fprintln(a.stdout)
			}
			printImage(a.stdout, image)
		}
		return nil
	})
}

func printImage(w io.Writer, i stack.InspectedImage) {
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "%-12s %s\n", name, value)
		}
	}
	line("function", i.Function)
	line("pipeline", i.Pipeline)
	line("dbt project", i.Dbt)
	line("kind", string(i.Kind))
	line("image", i.Repository+":"+i.Tag)
	line("digest", i.Digest)
	line("entry point", strings.Join(i.Entrypoint, " "))
	line("command", strings.Join(i.Command, " "))
	line("folder", i.WorkingDir)
	for _, v := range i.Environment {
		line("variable", v)
	}
	for _, name := range slices.Sorted(maps.Keys(i.Labels)) {
		line("label", name+"="+i.Labels[name])
	}
	for _, l := range i.Layers {
		line("layer", fmt.Sprintf("%s  %9s  %s", l.Digest, size(l.Size), l.CreatedBy))
	}
}
