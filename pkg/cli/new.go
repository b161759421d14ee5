package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/scaffold"
)

func newNew(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Write a new pipeline, function or environment into the config repo",
		Args:  subcommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newNewPipeline(a), newNewFunction(a), newNewEnvironment(a))
	return cmd
}

func newNewPipeline(a *app) *cobra.Command {
	var p scaffold.Pipeline
	var environment string
	cmd := &cobra.Command{
		Use:   "pipeline <name>",
		Short: "Write a pipeline with its first function",
		Long: `pipeline writes pipeline.yaml and a first function that works, or the main.py of a
Beam pipeline, a workflow.yaml or a dag.yaml with SQL, of dorc's own templates or those in
PIPELINE_TEMPLATE_PATH. On a terminal it asks for what is missing. Nothing is
overwritten.`,
		Example: `  dorc new pipeline trips --layer raw-to-processed --function extract
  dorc new pipeline flights --layer raw-to-processed --kind dataflow`,
		Args: oneName("pipeline"),
		RunE: func(_ *cobra.Command, args []string) error {
			repo, err := a.newScaffoldRepo()
			if err != nil {
				return err
			}
			if p.Name, err = nameOf(args); err != nil {
				return err
			}
			answers := []answer{
				{value: &p.Layer, question: "Layer", flag: "--layer", check: checkNameOf(repo, "layer"), initial: firstLayer(repo)},
				{value: &p.Name, question: "Name", flag: "<name>", check: checkNameOf(repo, "pipeline")},
				{value: &p.Description, question: "Description", check: scaffold.CheckDescription},
			}
			if p.Kind == "" || p.Kind == definition.KindFunctions {
				answers = append(answers, answer{value: &p.Function, question: "First function", check: checkNameOf(repo, "function"), initial: scaffold.DefaultFunction})
			}
			if err := a.complete(answers); err != nil {
				return err
			}
			if environment != "" {
				if err := checkKnown(environment, repo.Environments()); err != nil {
					return err
				}
				p.Environments = []string{environment}
			}
			result, err := repo.NewPipeline(p)
			if err != nil {
				return err
			}
			return a.printCreated(repo, result, repo.nextApply(p.Name, p.Layer))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&p.Layer, "layer", "", "the layer: the folder below src")
	flags.StringVar(&environment, "env", "", "also write a Pulumi.<env>.yaml for this environment into the pipeline's folder")
	flags.StringVar(&p.Description, "description", "", "what it is for, in a line")
	flags.StringVar((*string)(&p.Kind), "kind", "", "what it is made of: "+definition.KindNames()+" (default: functions)")
	flags.StringVar(&p.Function, "function", "", "the first function (default: "+scaffold.DefaultFunction+")")
	return cmd
}

func newNewFunction(a *app) *cobra.Command {
	var f scaffold.Function
	cmd := &cobra.Command{
		Use:   "function <name>",
		Short: "Write a function and put it at the end of a pipeline",
		Long: `function writes a function that works, and puts it behind the last function in
pipeline.yaml. Without a pipeline.yaml functions run in the order of their names.
On a terminal it asks for what is missing. Nothing is overwritten.`,
		Example: `  dorc new function load --layer raw-to-processed --pipeline trips`,
		Args:    oneName("function"),
		RunE: func(_ *cobra.Command, args []string) error {
			repo, err := a.newScaffoldRepo()
			if err != nil {
				return err
			}
			if f.Name, err = nameOf(args); err != nil {
				return err
			}
			answers := []answer{
				{value: &f.Layer, question: "Layer", flag: "--layer", check: checkNameOf(repo, "layer"), initial: firstLayer(repo)},
				{value: &f.Pipeline, question: "Pipeline", flag: "--pipeline", check: checkNameOf(repo, "pipeline")},
				{value: &f.Name, question: "Name", flag: "<name>", check: checkNameOf(repo, "function")},
			}
			if err := a.complete(answers); err != nil {
				return err
			}
			result, err := repo.NewFunction(f)
			if err != nil {
				return err
			}
			return a.printCreated(repo, result, repo.nextApply(f.Pipeline, f.Layer))
		},
	}
	cmd.Flags().StringVar(&f.Layer, "layer", "", "the pipeline's layer: its folder below src")
	cmd.Flags().StringVar(&f.Pipeline, "pipeline", "", "the pipeline")
	return cmd
}

func newNewEnvironment(a *app) *cobra.Command {
	var e scaffold.Environment
	cmd := &cobra.Command{
		Use:   "environment <name>",
		Short: "Write an environment's Pulumi.<env>.yaml",
		Long: `environment writes infra/Pulumi.<env>.yaml. With --from it is a copy of another
environment's, comments included, with another name. Nothing is overwritten.`,
		Example: `  dorc new environment staging --from prod`,
		Args:    oneName("environment"),
		RunE: func(_ *cobra.Command, args []string) error {
			repo, err := a.newScaffoldRepo()
			if err != nil {
				return err
			}
			if e.Name, err = nameOf(args); err != nil {
				return err
			}
			answers := []answer{{value: &e.Name, question: "Name", flag: "<name>", check: scaffold.CheckEnvironment}}
			if err := a.complete(answers); err != nil {
				return err
			}
			result, err := repo.NewEnvironment(e)
			if err != nil {
				return err
			}
			return a.printCreated(repo, result, "dorc apply "+repo.settings.InfraStackName+" --env "+e.Name)
		},
	}
	cmd.Flags().StringVar(&e.From, "from", "", "copy this environment's file")
	return cmd
}

// oneName accepts at most one argument; complete asks for one that is missing.
func oneName(kind string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) <= 1 {
			return nil
		}
		return &usageError{fmt.Errorf("give one name: dorc new %s <name>; got %d arguments", kind, len(args))}
	}
}

// nameOf is the first argument. An empty one is a mistake of a script, and not
// the same as none.
func nameOf(args []string) (string, error) {
	if len(args) == 1 && args[0] == "" {
		return "", &usageError{errors.New("<name> is empty")}
	}
	return strings.Join(args, ""), nil
}

func checkNameOf(repo scaffoldRepo, kind string) func(string) string {
	return func(name string) string { return repo.CheckName(kind, name) }
}

// checkKnown refuses an environment that the config repo does not have.
func checkKnown(env string, known []string) error {
	for _, k := range known {
		if k == env {
			return nil
		}
	}
	return notFound("environment", env, "the config repo", known)
}

// firstLayer is the layer that a new pipeline most likely belongs to: the only
// one there is, or "default" where there is none.
func firstLayer(repo scaffoldRepo) string {
	switch layers := repo.Layers(); len(layers) {
	case 0:
		return "default"
	case 1:
		return layers[0]
	default:
		return ""
	}
}
