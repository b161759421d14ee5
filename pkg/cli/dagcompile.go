package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/dag/output"
	"github.com/dorc-dev/dorc/pkg/stack"
)

// dagFlags say which DAGs are compiled, and for which Airflow.
type dagFlags struct{ layer, env, image string }

func (f *dagFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.layer, "layer", "", "only pipelines of this layer")
	cmd.Flags().StringVar(&f.env, "env", "", "for the Composer image of this environment, such as prod")
	cmd.Flags().StringVar(&f.image, "image-version", "", "for this Composer image, such as composer-3-airflow-2.10.5-build.15")
}

func (f *dagFlags) selection(pipelines []string) stack.DAGSelection {
	return stack.DAGSelection{Pipelines: pipelines, Layer: f.layer, Env: f.env, ImageVersion: f.image}
}

type dagCompile struct {
	*app
	flags dagFlags
	out   string
	check bool
}

func newDAGCompile(a *app) *cobra.Command {
	o := &dagCompile{app: a}
	cmd := &cobra.Command{
		Use:   "compile [pipeline…]",
		Short: "Compile DAGs to files of Airflow",
		Long: `compile makes of each dag.yaml, or config.yaml of DOP, a plain Airflow file in
Python, with the SQL beside it. With --out they are written to a folder: only what
has changed, and what no pipeline makes any more is removed. dorc touches no file
there that it has not written. Without --out everything is compiled and nothing kept.

Neither universal nor an environment need be configured. Images of dbt projects have
their names then; an artifact has them by digest.`,
		Example: `  dorc dag compile --out compiled
  dorc dag compile prices --layer trading --image-version composer-3-airflow-3.1.7-build.0
  dorc dag compile --out compiled --check`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.flags.add(cmd)
	cmd.Flags().StringVar(&o.out, "out", "", "write the files below this folder")
	cmd.Flags().BoolVar(&o.check, "check", false, "write nothing; exit with 2 when the files in --out are others")
	return cmd
}

func (o *dagCompile) run(ctx context.Context, args []string) error {
	if o.check && o.out == "" {
		return &usageError{errors.New("--check compares with a folder: say which with --out")}
	}
	p, err := o.project()
	if err != nil {
		return err
	}
	compiled, err := p.CompileDAGs(ctx, o.flags.selection(args))
	if err != nil {
		return err
	}
	var changes *output.Changes
	if o.out != "" {
		dir := o.out
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(o.dir, dir)
		}
		if changes, err = compiled.Plan(dir); err != nil {
			return err
		}
		if !o.check {
			err = changes.Apply()
		}
	}
	if err == nil {
		err = o.print(compiled, changes)
	}
	if err == nil && o.check && !changes.Empty() {
		return errChanges
	}
	return err
}

func (o *dagCompile) print(compiled *stack.CompiledDAGs, changes *output.Changes) error {
	enabled, tasks := 0, 0
	for _, d := range compiled.DAGs {
		if d.Enabled {
			enabled++
			tasks += len(d.Tasks)
		}
	}
	if o.json {
		said := map[string]any{"dags": enabled, "disabled": len(compiled.DAGs) - enabled, "tasks": tasks, "image": compiled.Image.Version, "airflow": compiled.Image.Airflow}
		if changes != nil {
			said["added"], said["updated"], said["removed"], said["same"] = list(changes.Added), list(changes.Updated), list(changes.Removed), changes.Same
		}
		return json.NewEncoder(o.stdout).Encode(said)
	}
	if changes != nil {
		for _, of := range []struct {
			sign  string
			files []string
		}{{"+", changes.Added}, {"~", changes.Updated}, {"-", changes.Removed}} {
			for _, f := range of.files {
				fmt.Fprintln(o.stdout, of.sign, f)
			}
		}
	}
	note := ""
	if off := len(compiled.DAGs) - enabled; off > 0 {
		note = fmt.Sprintf("; %d not enabled", off)
	}
	verb := "compiled"
	if o.check {
		verb = "checked"
	}
	_, err := fmt.Fprintf(o.stdout, "%s: %d DAGs, %d tasks, for Airflow %s (%s)%s\n", verb, enabled, tasks, compiled.Image.Airflow, compiled.Image.Version, note)
	return err
}

// list is a list that is [] in JSON when it is empty.
func list(all []string) []string { return append([]string{}, all...) }
