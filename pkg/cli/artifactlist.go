package cli

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

func newArtifactList(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the artifacts, and which environment has what",
		Example: "  dorc artifact list",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			all, unseen, err := p.ListArtifacts(cmd.Context())
			if err != nil {
				return err
			}
			for _, env := range slices.Sorted(maps.Keys(unseen)) {
				first, _, _ := strings.Cut(unseen[env].Error(), "\n")
				fmt.Fprintf(a.stderr, "warning: what %s has is not known: %s\n", env, first)
			}
			for _, l := range all {
				if l.Manifest == nil {
					fmt.Fprintf(a.stderr, "warning: %s\n", l.Unreadable)
				}
			}
			return a.printArtifacts(all)
		},
	}
}

func (a *app) printArtifacts(all []*stack.ListedArtifact) error {
	if a.json {
		return printLines(a, all)
	}
	table := ui.Table{Header: []string{"ARTIFACT", "BUILT", "BY", "OF", "DEPLOYED"}}
	for _, l := range all {
		var deployed []string
		for _, env := range l.Deployed {
			deployed = append(deployed, fmt.Sprintf("%s (%s)", env, count(l.Pipelines[env], "pipeline")))
		}
		row := []string{l.ID, "-", "-", "cannot be read", strings.Join(deployed, ", ")}
		if l.Manifest != nil {
			row[1], row[2], row[3] = when(l.At), l.By, cmp.Or(l.Scope, "all pipelines")
		}
		table.Rows = append(table.Rows, row)
	}
	return table.Write(a.stdout)
}

// when is a time for people.
func when(t time.Time) string { return t.Local().Format(time.DateTime) }
