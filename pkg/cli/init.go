package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

func newInit(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Check the settings, the state and the target, and make what is missing",
		Long: `init opens the state store and the target, makes what is missing of them, and
says what dorc will work with and which source gave each setting.

On the cloud target it looks whether the credentials, the region, the state
bucket and the environments' networks are as the settings say; on Google Cloud
also whether the projects, their APIs, billing and permissions are there. It
installs the official plugins.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			done, err := p.Init(cmd.Context(), ui.Display{Output: a.output()})
			if printErr := a.printSetup(done); printErr != nil || err != nil {
				return firstError(err, printErr)
			}
			if !a.json {
				_, err = fmt.Fprintln(a.stdout, "Ready.")
			}
			return err
		},
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printSetup(s *stack.Setup) error {
	if a.json {
		return a.printSetupJSON(s)
	}
	facts := ui.Table{Header: []string{"SETTING", "VALUE", "FROM"}}
	for _, f := range s.Facts {
		facts.Rows = append(facts.Rows, []string{f.Name, f.Value, f.Source})
	}
	findings := ui.Table{Header: []string{"CHECK", "RESULT", "FOUND"}}
	for _, f := range s.Findings {
		findings.Rows = append(findings.Rows, []string{f.Check, string(f.Level), f.Summary})
	}
	plugins := ui.Table{Header: []string{"PLUGIN", "VERSION", "RESULT", "FOLDER"}}
	for _, p := range s.Plugins {
		plugins.Rows = append(plugins.Rows, []string{p.Name, pluginVersion(p), pluginResult(p), p.Dir})
	}
	for i, t := range []ui.Table{facts, findings, plugins} {
		if len(t.Rows) == 0 {
			continue
		}
		if i > 0 {
			fmt.Fprintln(a.stdout)
		}
		if err := t.Write(a.stdout); err != nil {
			return err
		}
	}
	for _, f := range s.Findings {
		if f.Level == stack.FindingWarning {
			a.warn(f)
		}
	}
	return nil
}

func pluginVersion(p engine.InstalledPlugin) string {
	if p.Ambient {
		return "not known"
	}
	return p.Version.String()
}

func pluginResult(p engine.InstalledPlugin) string {
	switch {
	case p.Downloaded:
		return fmt.Sprintf("installed (%s in %s)", ui.Bytes(p.Bytes), p.Took.Round(100*time.Millisecond))
	case p.Ambient:
		return "found on the PATH"
	default:
		return "found"
	}
}

func (a *app) printSetupJSON(s *stack.Setup) error {
	var lines []any
	for _, f := range s.Facts {
		lines = append(lines, f)
	}
	for _, f := range s.Findings {
		lines = append(lines, f)
	}
	for _, p := range s.Plugins {
		lines = append(lines, map[string]any{
			"plugin": p.Name, "version": pluginVersion(p), "folder": p.Dir, "installed": p.Downloaded,
			"bytes": p.Bytes, "milliseconds": p.Took.Milliseconds(),
		})
	}
	encoder := json.NewEncoder(a.stdout)
	for _, l := range lines {
		if err := encoder.Encode(l); err != nil {
			return err
		}
	}
	return nil
}
