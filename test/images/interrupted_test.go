package images

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/settings"
	"github.com/dorc-dev/dorc/pkg/stack"
)

// ending says how an apply of the pipeline ends: when the image of the function
// was pushed, and the engine has not heard of it.
type ending struct {
	Function string
	// Kill ends the process; else its context is cancelled, as a second Ctrl-C does.
	Kill bool
}

// endingApply tells this test's own binary to be the process whose apply ends.
const endingApply = "DORC_TEST_ENDING_APPLY"

// applyAndEnd does what `dorc apply weather` does, and ends in the middle.
func applyAndEnd(text string) error {
	var end ending
	if err := json.Unmarshal([]byte(text), &end); err != nil {
		return err
	}
	s, err := settings.Load(settings.Options{})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	p := stack.NewProject(s)
	p.Providers = func(all engine.Providers) engine.Providers {
		all.Wrap = func(_ string, inner plugin.Provider) plugin.Provider { return &ender{inner, end, cancel} }
		return all
	}
	ref, err := p.Ref("weather", "", "prod")
	if err != nil {
		return err
	}
	e, err := p.Engine(ctx)
	if err != nil {
		return err
	}
	described, err := p.Stack(ctx, ref, true)
	if err != nil {
		return err
	}
	_, err = e.Apply(ctx, described, engine.Options{})
	return err
}

// ender is a provider that ends the apply after a push.
type ender struct {
	plugin.Provider
	ending
	cancel context.CancelFunc
}

// Create implements plugin.Provider.
func (e *ender) Create(ctx context.Context, r plugin.CreateRequest) (plugin.CreateResponse, error) {
	made, err := e.Provider.Create(ctx, r)
	if err == nil && !r.Preview && r.URN.Type() == "dorc:image:Image" && r.URN.Name() == e.Function {
		if e.Kill {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // it is delivered now
		}
		e.cancel()
		return plugin.CreateResponse{}, context.Canceled
	}
	return made, err
}

// endedApply applies the pipeline and ends after the push.
func (p *project) endedApply(end ending) {
	p.t.Helper()
	text, err := json.Marshal(end)
	require.NoError(p.t, err)
	cmd := exec.CommandContext(p.t.Context(), os.Args[0])
	cmd.Dir, cmd.Env = p.dir, append(p.environment(), endingApply+"="+string(text))
	out, err := cmd.CombinedOutput()
	require.Error(p.t, err, "%s", out)
	if end.Kill {
		require.Equal(p.t, -1, cmd.ProcessState.ExitCode(), "it must have been killed: %s", out)
	}
}

// An apply that ends between the push of an image and its record, and a rerun with
// the same sources, changed ones, or a destroy: no tag is left that no state knows.
func TestInterruptedApplies(t *testing.T) {
	t.Parallel()
	for _, kill := range []bool{true, false} {
		for _, was := range []string{"first", "changed"} {
			for _, next := range []string{"same", "changed again", "as before", "destroy"} {
				if was == "first" && next == "as before" {
					continue // there is no before
				}
				how := map[bool]string{true: "killed", false: "cancelled"}[kill]
				t.Run(strings.Join([]string{how, was, next}, "/"), func(t *testing.T) {
					t.Parallel()
					interruptAndGoOn(t, kill, was, next)
				})
			}
		}
	}
}

func interruptAndGoOn(t *testing.T, kill bool, was, next string) {
	p := newProject(t, fetch, clean)
	handler := "repo/src/" + fetch + "/lambda.py"
	p.succeeds("apply", "universal")
	p.succeeds("apply", "infra", "--env", "prod", "--only")
	first := p.read(handler)
	apply := []string{"apply", "weather", "--env", "prod"}
	if was == "changed" {
		p.succeeds(apply...)
		p.write(handler, first+"# changed\n")
	}
	p.endedApply(ending{Function: "fetch", Kill: kill})
	pushed := p.localTags()
	require.Contains(t, strings.Join(pushed, " "), fetchRepository, "the image was pushed")

	switch next {
	case "changed again":
		p.write(handler, first+"# changed again\n")
	case "as before":
		p.write(handler, first)
	case "destroy":
		p.succeeds("destroy", "weather", "--env", "prod", "--yes")
		assert.Empty(t, p.localTags())
		return
	}
	said := p.succeeds(apply...)
	if next == "same" {
		assert.NotRegexp(t, `dorc:image:Image fetch .*packing`, said.said(), "what was pushed is not built again")
	}
	tags := p.localTags()
	assert.Len(t, tags, 2, "one for each function, and none is left over")
	listed := p.succeeds("image", "ls", "--env", "prod").stdout
	for _, tag := range tags {
		_, tag, _ = strings.Cut(tag, ":")
		assert.Contains(t, listed, tag)
	}
	assert.NotContains(t, listed, "not pushed")
	assert.Contains(t, p.succeeds(append([]string{"plan"}, apply[1:]...)...).stdout, "unchanged")
	assert.Zero(t, p.dorc("plan", "weather", "--env", "prod", "--detailed-exitcode").code)
	p.succeeds("destroy", "weather", "--env", "prod", "--yes")
	assert.Empty(t, p.localTags())
}
