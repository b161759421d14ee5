package cli

import (
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
		of := "all pipelines"
		if l.Scope != "" {
			of = l.Scope
		}
		var deployed []string
		for _, env := range l.Deployed {
			deployed = append(deployed, fmt.Sprintf("%s (%s)", env, count(l.Pipelines[env], "pipeline")))
		}
		table.Rows = append(table.Rows, []string{l.ID, when(l.At), l.By, of, strings.Join(deployed, ", ")})
	}
	return table.Write(a.stdout)
}

// when is a time for people.
func when(t time.Time) string { return t.Local().Format(time.DateTime) }
