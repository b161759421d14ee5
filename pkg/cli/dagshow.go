package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

func newDAGShow(a *app) *cobra.Command {
	flags := &dagFlags{}
	var python bool
	cmd := &cobra.Command{
		Use:   "show <pipeline>",
		Short: "Show the tasks of a DAG, or its compiled file",
		Long: `show lists the tasks of a DAG in the order in which they can run: a task's step is
one after the last step of those that it waits for. With --python it prints the
file of Airflow that the DAG is compiled to.`,
		Example: "  dorc dag show prices\n  dorc dag show prices --python --env prod",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.showDAG(cmd.Context(), flags.selection(args), python)
		},
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&python, "python", false, "print the compiled file")
	return cmd
}

func (a *app) showDAG(ctx context.Context, selection stack.DAGSelection, python bool) error {
	p, err := a.project()
	if err != nil {
		return err
	}
	compiled, err := p.CompileDAGs(ctx, selection)
	if err != nil {
		return err
	}
	d := compiled.DAGs[0]
	text := ""
	if len(d.Files) > 0 {
		text = string(d.Files[0].Data)
	}
	switch {
	case a.json:
		return json.NewEncoder(a.stdout).Encode(dagDocument(d, text, python))
	case python && text == "":
		_, err := fmt.Fprintf(a.stderr, "%s is not enabled: it is compiled to nothing\n", d.ID)
		return err
	case python:
		_, err := io.WriteString(a.stdout, text)
		return err
	}
	return printDAG(a.stdout, d.DAG)
}

func printDAG(w io.Writer, d *dag.DAG) error {
	when := "when it is started"
	if d.Schedule != "" {
		when = d.Schedule + " " + d.Timezone
	}
	if !d.Enabled {
		when += ", not enabled"
	}
	fmt.Fprintf(w, "%s  %s\n", d.ID, when)
	if d.Description != "" {
		fmt.Fprintln(w, d.Description)
	}
	fmt.Fprintln(w)
	table := ui.Table{Header: []string{"STEP", "TASK", "DOES", "AFTER"}}
	for _, s := range d.Steps() {
		for _, t := range s.Tasks {
			table.Rows = append(table.Rows, []string{strconv.Itoa(s.Number), t.Identifier, does(t), strings.Join(t.Dependencies, ", ")})
		}
	}
	return table.Write(w)
}

// does is what a task does, in a few words.
func does(t *dag.Task) string {
	switch t.Action {
	case dag.Materialization:
		if t.Partitioning != nil {
			return t.Target + " by " + t.Partitioning.Granularity + " of " + t.Partitioning.Field
		}
		return strings.ReplaceAll(t.Target, "_", " ")
	case dag.Assertion, dag.Invocation:
		return string(t.Action)
	case dag.DbtAction:
		words := "dbt " + t.Target + " " + t.Dbt.Project
		if t.Dbt.Models {
			words += ", a task per model"
		}
		return words
	case dag.Operator:
		return t.Target[strings.LastIndexByte(t.Target, '.')+1:]
	}
	return string(t.Action) + " " + t.Starts
}

func dagDocument(d stack.CompiledDAG, text string, python bool) map[string]any {
	tasks := []map[string]any{}
	for _, s := range d.Steps() {
		for _, t := range s.Tasks {
			tasks = append(tasks, map[string]any{"identifier": t.Identifier, "step": s.Number, "action": t.Action, "target": t.Target, "dependencies": list(t.Dependencies)})
		}
	}
	document := map[string]any{
		"dag_id": d.ID, "pipeline": d.Layer + "/" + d.Pipeline, "file": d.Path, "enabled": d.Enabled, "schedule": d.Schedule, "timezone": d.Timezone, "tasks": tasks,
	}
	if python {
		document["python"] = text
	}
	return document
}
