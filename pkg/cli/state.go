package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

func newState(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "state",
		Short: "Look at and mend the recorded state of a stack",
		Args:  subcommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newStateExport(a), newStateImport(a), newStateRecover(a), newStateUnlock(a),
		newStateHistory(a), newStateRemove(a), newStateProtect(a, true), newStateProtect(a, false))
	return cmd
}

func newStateExport(a *app) *cobra.Command {
	var instance instanceFlags
	var file string
	var showSecrets bool
	cmd := &cobra.Command{
		Use:   "export <instance>",
		Short: "Write a stack's state as `pulumi stack export` does",
		Args:  oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, ref, err := a.resolve(cmd.Context(), instance.applied, args)
			if err != nil {
				return err
			}
			deployment, err := p.ExportState(cmd.Context(), ref, showSecrets)
			if err != nil {
				return err
			}
			data, err := json.MarshalIndent(deployment, "", "    ")
			if err != nil {
				return err
			}
			if file == "" && a.json {
				return json.NewEncoder(a.stdout).Encode(deployment)
			}
			if file == "" {
				_, err = fmt.Fprintln(a.stdout, string(data))
				return err
			}
			if err := os.WriteFile(file, append(data, '\n'), 0o600); err != nil {
				return fmt.Errorf("writing the state: %w", err)
			}
			return nil
		},
	}
	instance.add(cmd)
	cmd.Flags().StringVar(&file, "file", "", "write to this file (default: standard output)")
	cmd.Flags().BoolVar(&showSecrets, "show-secrets", false, "write secrets in clear")
	return cmd
}

func newStateImport(a *app) *cobra.Command {
	var instance instanceFlags
	var file string
	cmd := &cobra.Command{
		Use:   "import <instance>",
		Short: "Replace a stack's state by an exported one",
		Args:  oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, ref, err := a.resolve(cmd.Context(), instance.applied, args)
			if err != nil {
				return err
			}
			data, err := a.readFile(file)
			if err != nil {
				return err
			}
			var deployment apitype.UntypedDeployment
			if err := json.Unmarshal(data, &deployment); err != nil {
				return fmt.Errorf("%s is not an exported state: %w", firstOf(file, "standard input"), err)
			}
			dropped, err := p.ImportState(cmd.Context(), ref, deployment)
			if err != nil {
				return err
			}
			return a.say("imported into %s%s", ref.Name(), droppedNote(dropped))
		},
	}
	instance.add(cmd)
	cmd.Flags().StringVar(&file, "file", "", "read this file (default: standard input)")
	return cmd
}

func droppedNote(dropped int) string {
	if dropped == 0 {
		return ""
	}
	return fmt.Sprintf("; %d pending operations were dropped", dropped)
}

// readFile reads the file, or standard input when there is none.
func (a *app) readFile(path string) ([]byte, error) {
	if path == "" || path == "-" {
		return io.ReadAll(a.in)
	}
	return os.ReadFile(path)
}

// say prints one line, as JSON when that was asked for.
func (a *app) say(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	if a.json {
		return json.NewEncoder(a.stdout).Encode(map[string]string{"message": text})
	}
	_, err := fmt.Fprintln(a.stdout, text)
	return err
}

func newStateRecover(a *app) *cobra.Command {
	var instance instanceFlags
	var force bool
	cmd := &cobra.Command{
		Use:   "recover <instance>",
		Short: "Take up the journal that an ended run left, without doing anything else",
		Args:  oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, ref, err := a.resolve(cmd.Context(), instance.applied, args)
			if err != nil {
				return err
			}
			r, err := p.RecoverState(cmd.Context(), ref, force)
			if err != nil {
				return err
			}
			if r == nil {
				return a.say("%s has no journal to take up", ref.Name())
			}
			return a.say("took up %d entries of the run that began at %s; %d operations were under way",
				r.Entries, r.When.Local().Format(time.DateTime), r.Pending)
		},
	}
	instance.add(cmd)
	cmd.Flags().BoolVar(&force, "force", false, "use the good part of a damaged journal; the original is kept")
	return cmd
}

func newStateUnlock(a *app) *cobra.Command {
	var instance instanceFlags
	cmd := &cobra.Command{
		Use:   "unlock <instance>",
		Short: "Break the lease of someone who works on the stack; they can then write nothing more",
		Args:  oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, ref, err := a.resolve(cmd.Context(), instance.applied, args)
			if err != nil {
				return err
			}
			if err := p.UnlockState(cmd.Context(), ref); err != nil {
				return err
			}
			return a.say("%s is unlocked", ref.Name())
		},
	}
	instance.add(cmd)
	return cmd
}

func newStateHistory(a *app) *cobra.Command {
	var instance instanceFlags
	var size int
	cmd := &cobra.Command{
		Use:   "history <instance>",
		Short: "List what was done to a stack, the newest first",
		Args:  oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, ref, err := a.resolve(cmd.Context(), instance.applied, args)
			if err != nil {
				return err
			}
			entries, err := p.History(cmd.Context(), ref, size)
			if err != nil {
				return err
			}
			return a.printHistory(entries)
		},
	}
	instance.add(cmd)
	cmd.Flags().IntVar(&size, "limit", 20, "at most this many, 0 for all")
	return cmd
}

func (a *app) printHistory(entries []stack.HistoryEntry) error {
	if a.json {
		encoder := json.NewEncoder(a.stdout)
		for _, e := range entries {
			if err := encoder.Encode(e); err != nil {
				return err
			}
		}
		return nil
	}
	table := ui.Table{Header: []string{"WHEN", "WHAT", "RESULT", "TIME", "MESSAGE"}}
	for _, e := range entries {
		table.Rows = append(table.Rows, []string{
			time.Unix(e.StartTime, 0).Local().Format(time.DateTime), string(e.Kind), string(e.Result), e.Duration().String(), e.Message,
		})
	}
	return table.Write(a.stdout)
}

func newStateRemove(a *app) *cobra.Command {
	var instance instanceFlags
	cmd := &cobra.Command{
		Use:   "remove <instance>",
		Short: "Forget a stack that has no resources, with its history; backups stay",
		Args:  oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, ref, err := a.resolve(cmd.Context(), instance.applied, args)
			if err != nil {
				return err
			}
			if err := p.RemoveState(cmd.Context(), ref); err != nil {
				return err
			}
			return a.say("%s is removed", ref.Name())
		},
	}
	instance.add(cmd)
	return cmd
}

func newStateProtect(a *app, protect bool) *cobra.Command {
	var instance instanceFlags
	use, short := "unprotect", "Let destroy and apply delete these resources again"
	if protect {
		use, short = "protect", "Refuse to delete these resources until they are unprotected"
	}
	cmd := &cobra.Command{
		Use:   use + " <instance> <urn>...",
		Short: short,
		Args:  arguments(2, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, ref, err := a.resolve(cmd.Context(), instance.applied, args)
			if err != nil {
				return err
			}
			changed, err := p.ProtectState(cmd.Context(), ref, args[1:], protect)
			if err != nil {
				return err
			}
			return a.say("%sed %d resources of %s", use, changed, ref.Name())
		},
	}
	instance.add(cmd)
	return cmd
}
