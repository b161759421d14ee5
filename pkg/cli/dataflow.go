package cli

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/stack"
)

func newDataflow(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dataflow",
		Short: "Look at pipelines for Google Cloud Dataflow, and at their jobs",
		Args:  subcommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newDataflowShow(a), newDataflowList(a), newDataflowLogs(a), newDataflowCancel(a), newDataflowDrain(a))
	return cmd
}

func newDataflowShow(a *app) *cobra.Command {
	var profiles string
	cmd := &cobra.Command{
		Use:   "show <file>",
		Short: "Print the Beam YAML of a launcher's config, or check a Beam YAML file",
		Long: `show reads a pipeline without code. A config.json (or YAML) with sources,
transforms and sinks is checked and translated to Beam YAML, which is printed: its
comments say which parameters it needs and what runs before and after it. A file
whose name ends in .beam.yaml is checked. Nothing runs, and no account is needed.

With --profiles, the connections that the pipeline names must be in that file. Only
their names are used: passwords stay where they are.`,
		Example: "  dorc dataflow show src/raw/orders/config.json --profiles connections.json\n  dorc dataflow show src/raw/flights/pipeline.beam.yaml",
		Args:    arguments(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := a.checkDir(); err != nil {
				return err
			}
			within := func(name string) string {
				if name == "" || filepath.IsAbs(name) {
					return name
				}
				return filepath.Join(a.dir, name)
			}
			p, err := stack.ShowBeam(within(args[0]), within(profiles))
			if err != nil {
				return err
			}
			return a.printBeam(args[0], p)
		},
	}
	cmd.Flags().StringVar(&profiles, "profiles", "", "a JSON or YAML file of connection profiles, to check their names")
	return cmd
}

func (a *app) printBeam(file string, p *stack.BeamPipeline) error {
	if a.json {
		warnings := []string{}
		for _, w := range p.Warnings {
			warnings = append(warnings, w.Error())
		}
		doc := map[string]any{"transforms": p.Checked.Transforms, "template": p.Checked.Template, "warnings": warnings}
		if t := p.Translation; t != nil {
			doc["yaml"], doc["parameters"], doc["before"], doc["after"], doc["java"] = string(t.YAML), t.Parameters, t.Before, t.After, t.Java
		}
		return json.NewEncoder(a.stdout).Encode(doc)
	}
	for _, w := range p.Warnings {
		fmt.Fprintf(a.stderr, "warning: %s\n", w.Error())
	}
	switch {
	case p.Translation != nil:
		_, err := a.stdout.Write(p.Translation.YAML)
		return err
	case p.Checked.Template:
		_, err := fmt.Fprintf(a.stdout, "%s has Jinja statements: what it is becomes known when it starts, and nothing was checked\n", file)
		return err
	default:
		_, err := fmt.Fprintf(a.stdout, "valid: %d transforms\n", p.Checked.Transforms)
		return err
	}
}
