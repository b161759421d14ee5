package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/stack"
)

func newImage(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "image",
		Short: "Build, push and look at the images of functions, Dataflow pipelines and dbt projects",
		Long: `apply builds and pushes images by itself. These commands do it apart from an
apply, for one pipeline, one function, one dbt project, or all: for example in a step of CI/CD
before the one that applies, which then finds every image pushed.`,
		Args: subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newImageBuild(a), newImagePush(a), newImageList(a), newImageInspect(a), newImageLock(a))
	return cmd
}

// imageFlags say which images a command is about.
type imageFlags struct{ layer, function, dbt, env string }

func (f *imageFlags) add(cmd *cobra.Command, withEnv bool) {
	cmd.Flags().StringVar(&f.layer, "layer", "", "only pipelines of this layer")
	cmd.Flags().StringVar(&f.function, "function", "", "only functions of this name")
	cmd.Flags().StringVar(&f.dbt, "dbt", "", "only the dbt project of this name")
	if withEnv {
		cmd.Flags().StringVar(&f.env, "env", "", "the environment, such as prod")
	}
}

func (f *imageFlags) selection(args []string) (stack.ImageSelection, error) {
	s := stack.ImageSelection{Layer: f.layer, Function: f.function, Dbt: f.dbt}
	if len(args) > 0 {
		s.Pipeline = args[0]
	}
	if s.Dbt != "" && s.Pipeline+s.Layer+s.Function != "" {
		return s, &usageError{errors.New("--dbt goes without a pipeline, --layer and --function: the image of a dbt project is of no pipeline")}
	}
	return s, nil
}

// said prints what is being done for images, each line once.
func (a *app) said() stack.Said {
	var mutex sync.Mutex
	last := map[string]string{}
	return func(name, line string) {
		mutex.Lock()
		defer mutex.Unlock()
		if a.json || last[name] == line {
			return
		}
		last[name] = line
		fmt.Fprintf(a.stderr, "%s: %s\n", name, line)
	}
}

// printLines prints one JSON document for each value.
func printLines[T any](a *app, values []T) error {
	encoder := json.NewEncoder(a.stdout)
	for _, v := range values {
		if err := encoder.Encode(v); err != nil {
			return err
		}
	}
	return nil
}

// size is a number of bytes for people.
func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	default:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
}
