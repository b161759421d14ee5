package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

func newImagePush(a *app) *cobra.Command {
	return a.imageCommand(&cobra.Command{
		Use:   "push [pipeline]",
		Short: "Build and push the images that the repositories lack",
		Long: `push builds and pushes what apply in the environment would push, and changes no
stack. Images that are pushed already are neither built nor pushed again. The
universal instance must be applied: it has the repositories.`,
		Example: `  dorc image push --env prod
  dorc image push weather --layer raw-to-processed --env prod
  dorc image push --dbt weather --env prod`,
	}, func(ctx context.Context, p *stack.Project, s stack.ImageSelection, env string) error {
		pushed, err := p.PushImages(ctx, s, env, a.said())
		if err != nil {
			return err
		}
		return a.printImages(pushed)
	})
}

func newImageList(a *app) *cobra.Command {
	return a.imageCommand(&cobra.Command{
		Use:     "ls [pipeline]",
		Short:   "List which images are pushed for the files as they are now",
		Example: "  dorc image ls --env prod",
	}, func(ctx context.Context, p *stack.Project, s stack.ImageSelection, env string) error {
		found, err := p.ListImages(ctx, s, env)
		if err != nil {
			return err
		}
		return a.printImages(found)
	})
}

// imageCommand completes a command about images in an environment.
func (a *app) imageCommand(
	cmd *cobra.Command, run func(context.Context, *stack.Project, stack.ImageSelection, string) error,
) *cobra.Command {
	var flags imageFlags
	cmd.Args = arguments(0, 1)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		p, err := a.project()
		if err != nil {
			return err
		}
		selection, err := flags.selection(args)
		if err != nil {
			return err
		}
		return run(cmd.Context(), p, selection, flags.env)
	}
	flags.add(cmd, true)
	return cmd
}

func (a *app) printImages(images []stack.PushedImage) error {
	if a.json {
		return printLines(a, images)
	}
	table := ui.Table{Header: []string{"IMAGE OF", "TAG", "STATUS", "DIGEST"}}
	for _, i := range images {
		status := "not pushed"
		switch {
		case i.Repository == "":
			status = "no repository: apply universal"
		case i.Pushed:
			status = "pushed now"
		case i.Digest != "":
			status = "pushed"
		}
		table.Rows = append(table.Rows, []string{i.String(), i.Tag, status, i.Digest})
	}
	return table.Write(a.stdout)
}
