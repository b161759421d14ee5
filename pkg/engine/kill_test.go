package engine_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/engine"
)

// chain describes a program: log groups that depend on each other in order.
type chain struct {
	// Names are the groups; Prefix is before their names in the cloud, so
	// changing it replaces all; Days is their retention, changing it updates all.
	Names  []string
	Prefix string
	Days   int
	// First deletes a group before it makes the one in its place.
	First bool
}

func (c chain) program() engine.Program {
	return engine.Inline(func(ctx *pulumi.Context) error {
		var before []pulumi.Resource
		for _, name := range c.Names {
			group, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
				Name: pulumi.String("/" + c.Prefix + "/" + name), RetentionInDays: pulumi.Int(c.Days),
			}, pulumi.DependsOn(before), pulumi.DeleteBeforeReplace(c.First))
			if err != nil {
				return err
			}
			before = []pulumi.Resource{group}
		}
		return nil
	})
}

func (c chain) stack(dir string) engine.Stack {
	return engine.Stack{Name: "test", Dir: dir, Program: c.program(), Target: "local"}
}

// deadly says in which call a process ends itself: before the provider does
// anything, when it has done it and the engine has not heard, or when the engine
// has heard and goes on with the next call.
type deadly struct {
	Dir                string
	Chain              chain
	Verb, Group, Place string
}

const (
	beforeCall = "before"
	inCall     = "in"
	afterCall  = "after"
)

// killedEngine tells this test's own binary to be the process that is killed.
const killedEngine = "DORC_TEST_KILLED_ENGINE"

func TestMain(m *testing.M) {
	if text := os.Getenv(killedEngine); text != "" {
		if err := applyAndDie(text); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

func applyAndDie(text string) error {
	var d deadly
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return err
	}
	b, err := openBench(context.Background(), d.Dir)
	if err != nil {
		return err
	}
	b.Providers.Wrap = func(_ string, p plugin.Provider) plugin.Provider { return &killer{Provider: p, deadly: d} }
	_, err = b.Apply(context.Background(), d.Chain.stack(d.Dir), engine.Options{})
	return err
}

// killer is a provider that ends its own process in one call.
type killer struct {
	plugin.Provider
	deadly
	next bool
}

func (k *killer) at(place, call, group string) {
	if k.next || k.Place == place && k.Verb == call && k.Group == group {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // it is delivered now
	}
}

func (k *killer) done(call, group string) {
	k.at(inCall, call, group)
	k.next = k.Place == afterCall && k.Verb == call && k.Group == group
}

func (k *killer) Check(ctx context.Context, r plugin.CheckRequest) (plugin.CheckResponse, error) {
	k.at(beforeCall, "check", r.URN.Name())
	return k.Provider.Check(ctx, r)
}

// Configure is called while the provider itself is being made, as a resource of
// the state.
func (k *killer) Configure(ctx context.Context, r plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	k.at(beforeCall, "configure", k.Group)
	response, err := k.Provider.Configure(ctx, r)
	k.done("configure", k.Group)
	return response, err
}

func (k *killer) Create(ctx context.Context, r plugin.CreateRequest) (plugin.CreateResponse, error) {
	k.at(beforeCall, "create", r.URN.Name())
	response, err := k.Provider.Create(ctx, r)
	k.done("create", r.URN.Name())
	return response, err
}

func (k *killer) Update(ctx context.Context, r plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	k.at(beforeCall, "update", r.URN.Name())
	response, err := k.Provider.Update(ctx, r)
	k.done("update", r.URN.Name())
	return response, err
}

func (k *killer) Delete(ctx context.Context, r plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	k.at(beforeCall, "delete", r.URN.Name())
	response, err := k.Provider.Delete(ctx, r)
	k.done("delete", r.URN.Name())
	return response, err
}

// A process that is killed around a call leaves what the next run takes up,
// whatever that run is asked for.
func TestKilledAroundCalls(t *testing.T) {
	start := chain{Names: []string{"a", "b", "c"}, Prefix: "one", Days: 30}
	updated, replaced, fewer := start, start, start
	updated.Days = 7
	replaced.Prefix = "two"
	fewer.Names = nil
	startFirst, replacedFirst := start, replaced
	startFirst.First, replacedFirst.First = true, true
	for _, c := range []struct {
		name     string
		from, to chain
		calls    []string
	}{
		{"create", chain{}, start, []string{"create", "configure"}},
		{"update", start, updated, []string{"update"}},
		{"delete", start, fewer, []string{"delete"}},
		{"replace", start, replaced, []string{"create", "delete"}},
		{"replace after deleting", startFirst, replacedFirst, []string{"create", "delete"}},
	} {
		for _, call := range c.calls {
			for _, place := range []string{beforeCall, inCall, afterCall} {
				for _, next := range []string{"same again", "as it was", "destroy"} {
					t.Run(strings.Join([]string{c.name, place, call, next}, "/"), func(t *testing.T) {
						t.Parallel()
						killAndRecover(t, c.from, c.to, deadly{Verb: call, Group: "b", Place: place}, next)
					})
				}
			}
		}
	}
}

func killAndRecover(t *testing.T, from, to chain, d deadly, next string) {
	d.Dir, d.Chain = t.TempDir(), to
	b, err := openBench(t.Context(), d.Dir)
	require.NoError(t, err)
	b.apply(t, from.stack(d.Dir), engine.Options{})

	text, err := json.Marshal(d)
	require.NoError(t, err)
	cmd := exec.Command(os.Args[0]) //nolint:gosec // this test's own binary
	cmd.Env = append(os.Environ(), killedEngine+"="+string(text))
	output, err := cmd.CombinedOutput()
	require.Equal(t, -1, cmd.ProcessState.ExitCode(), "it must have been killed: %v\n%s", err, output)

	if next == "as it was" && from.Names != nil && from.Prefix != to.Prefix && !to.First {
		// Pulumi makes before it deletes: the old names are still taken, as they
		// would be in the cloud. That is said, and going forward first helps.
		_, err := b.Apply(t.Context(), from.stack(d.Dir), engine.Options{})
		require.ErrorIs(t, err, engine.ErrFailed)
		b.apply(t, to.stack(d.Dir), engine.Options{})
		b.agrees(t, to)
	}
	want := map[string]chain{"same again": to, "as it was": from, "destroy": {}}[next]
	if next == "destroy" {
		_, err := b.Destroy(t.Context(), engine.Stack{Name: "test", Dir: d.Dir, Target: "local"}, engine.Options{})
		require.NoError(t, err)
	} else {
		b.apply(t, want.stack(d.Dir), engine.Options{})
		again := b.apply(t, want.stack(d.Dir), engine.Options{})
		require.False(t, again.HasChanges(), "%v", again.Changes)
	}
	b.agrees(t, want)
}

// agrees requires that the cloud and the state have exactly what the chain describes.
func (b *bench) agrees(t *testing.T, want chain) {
	t.Helper()
	documents, err := b.cloud.List(logGroupType)
	require.NoError(t, err)
	var wanted, there, recorded []string
	for _, name := range want.Names {
		wanted = append(wanted, "/"+want.Prefix+"/"+name)
	}
	for _, d := range documents {
		there = append(there, d.ID)
		require.EqualValues(t, want.Days, d.Outputs["retentionInDays"])
	}
	checkpoint, err := b.Store.Stack("test").Read(t.Context())
	require.NoError(t, err)
	require.Empty(t, checkpoint.Deployment.PendingOperations)
	for _, r := range checkpoint.Deployment.Resources {
		require.False(t, r.Delete || r.PendingReplacement, "%s is to be deleted", r.URN)
		if r.Type == logGroupType {
			recorded = append(recorded, string(r.ID))
		}
	}
	slices.Sort(there)
	slices.Sort(recorded)
	require.Equal(t, wanted, there, "in the cloud")
	require.Equal(t, wanted, recorded, "in the state")
}
