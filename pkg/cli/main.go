package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/internal/quietinit"
	"github.com/dorc-dev/dorc/pkg/state"
)

// Main runs dorc with the arguments and returns the exit code.
func Main(version string, args []string, in io.Reader, out, errOut io.Writer) int {
	quietinit.Restore()
	// A command lives for seconds and holds a stack's whole state: collecting
	// earlier costs some CPU time and saves a third of the memory. GOGC still decides.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(40)
	}
	// The stages of an interrupt: the first stops new work and saves, the second ends now.
	ctx, terminate := context.WithCancel(context.Background())
	defer terminate()
	cancelled := make(chan struct{})
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	go func() {
		<-signals
		fmt.Fprintln(errOut, "\nStopping: no new work starts, what runs is finished and saved. Press Ctrl-C again to end now.")
		close(cancelled)
		<-signals
		terminate()
	}()

	state.Version = version
	a := &app{version: version, in: in, stdout: out, stderr: errOut, cancelled: cancelled, unhear: func() { signal.Stop(signals) }}
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	// A wrong flag ends the reading of flags, so --json behind it was not seen.
	a.json = a.json || slices.Contains(args, "--json")
	return a.finish(err)
}

// newRoot is the dorc command with all others below it.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "dorc",
		Short: "Provision data pipelines: what a pipeline-config repository describes, per environment",
		Long: `dorc reads a pipeline-config repository and creates what it describes: per
environment, functions chained by state machines with schedule and object
triggers. With the local target it does so, and runs it, on this machine alone.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          subcommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	flags := root.PersistentFlags()
	flags.BoolVar(&a.json, "json", false, "print one JSON document per line instead of text")
	flags.StringVarP(&a.dir, "dir", "C", "", "work as if started in this folder (default: here)")
	flags.StringVar(&a.target, "to", "", "where stacks live: local or cloud (default: DORC_TARGET)")
	flags.StringVar(&a.repo, "config-repo", "", "the config repo (default: CONFIG_REPO_PATH)")
	root.AddCommand(
		newInit(a), newPlan(a), newApply(a), newDestroy(a), newRefresh(a), newImport(a), newOutputs(a),
		newRun(a), newLogs(a), newImage(a), newArtifact(a), newDataflow(a), newWorkflow(a), newDAG(a), newAirflow(a), newValidate(a), newNew(a), newStacks(a), newConfig(a), newState(a), newVersion(a),
	)
	root.SetFlagErrorFunc(badFlag)
	return root
}
