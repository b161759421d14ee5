package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

func newConfig(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Read and write a stack's configuration",
		Args:  subcommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigGet(a), newConfigSet(a), newConfigList(a))
	return cmd
}

func newConfigGet(a *app) *cobra.Command {
	var instance instanceFlags
	var reveal bool
	cmd := &cobra.Command{
		Use:     "get <instance> <key>",
		Short:   "Print the value of a key",
		Example: `  dorc config get infra data_buckets[0].name --env prod`,
		Args:    arguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, ref, err := a.resolve(cmd.Context(), instance.ref, args)
			if err != nil {
				return err
			}
			entry, err := p.ConfigGet(ref, args[1], reveal)
			if err != nil {
				return err
			}
			if a.json {
				return json.NewEncoder(a.stdout).Encode(entry)
			}
			_, err = fmt.Fprintln(a.stdout, entry.Value)
			return err
		},
	}
	instance.add(cmd)
	cmd.Flags().BoolVar(&reveal, "reveal", false, "print a secret in clear")
	return cmd
}

func newConfigList(a *app) *cobra.Command {
	var instance instanceFlags
	var reveal bool
	cmd := &cobra.Command{
		Use:   "list <instance>",
		Short: "Print every key and its value",
		Args:  oneInstance,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, ref, err := a.resolve(cmd.Context(), instance.ref, args)
			if err != nil {
				return err
			}
			entries, err := p.ConfigList(ref, reveal)
			if err != nil {
				return err
			}
			return a.printEntries(entries)
		},
	}
	instance.add(cmd)
	cmd.Flags().BoolVar(&reveal, "reveal", false, "print secrets in clear")
	return cmd
}

func (a *app) printEntries(entries []config.Entry) error {
	if a.json {
		encoder := json.NewEncoder(a.stdout)
		for _, e := range entries {
			if err := encoder.Encode(e); err != nil {
				return err
			}
		}
		return nil
	}
	table := ui.Table{Header: []string{"KEY", "VALUE"}}
	for _, e := range entries {
		table.Rows = append(table.Rows, []string{e.Key, e.Value})
	}
	return table.Write(a.stdout)
}

func newConfigSet(a *app) *cobra.Command {
	var instance instanceFlags
	var secret bool
	cmd := &cobra.Command{
		Use:   "set <instance> <key> [value]",
		Short: "Write one value, or a secret with --secret",
		Long: `set writes one value and leaves the rest of the file as it is. Without a value it
is read from standard input, so that a secret is in no shell history.`,
		Example: `  dorc config set universal tags.team data
  dorc config set infra log_retention_days 90 --env prod
  dorc config set infra aws:secretKey --secret --env prod < key.txt`,
		Args: arguments(2, 3),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, ref, err := a.resolve(cmd.Context(), instance.ref, args)
			if err != nil {
				return err
			}
			value, err := a.value(args)
			if err != nil {
				return err
			}
			return p.ConfigSet(ref, args[1], value, secret)
		},
	}
	instance.add(cmd)
	cmd.Flags().BoolVar(&secret, "secret", false, "encrypt the value")
	return cmd
}

// value is the third argument, or else a line of standard input.
func (a *app) value(args []string) (string, error) {
	if len(args) == 3 {
		return args[2], nil
	}
	data, err := io.ReadAll(a.in)
	if err != nil {
		return "", fmt.Errorf("reading the value: %w", err)
	}
	return strings.TrimRight(string(data), "\r\n"), nil
}

// resolve loads the project and finds the stack of the first argument.
func (a *app) resolve(ctx context.Context, find findStack, args []string) (*stack.Project, stack.Ref, error) {
	p, err := a.project()
	if err != nil {
		return nil, stack.Ref{}, err
	}
	ref, err := find(ctx, p, args)
	return p, ref, err
}
