package stockcli

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/settings"
	dorcstack "github.com/dorc-dev/dorc/pkg/stack"
)

// program is dorc's own program of a stack, as the config repo describes it now.
// Under the stock CLI it runs in this process, beside `pulumi up --client`: the
// CLI's Go language host is not part of its module.
func (s *session) program(t *testing.T, stack stack) pulumi.RunFunc {
	t.Helper()
	loaded, err := settings.Load(settings.Options{WorkingDir: s.root, Environ: s.environ()})
	require.NoError(t, err)
	project := dorcstack.NewProject(loaded)
	args := map[string]string{"--layer": "", "--env": ""}
	for i := 1; i < len(stack.args); i += 2 {
		args[stack.args[i]] = stack.args[i+1]
	}
	ref, err := project.Ref(stack.args[0], args["--layer"], args["--env"])
	require.NoError(t, err)
	require.Equal(t, stack.name, ref.Name())
	body, err := project.Body(ref)
	require.NoError(t, err)
	return body
}

// stock is the stack under the stock CLI with a program of this process. It is
// created when it does not exist.
func (s *session) stock(t *testing.T, stack stack, program pulumi.RunFunc) *auto.Stack {
	t.Helper()
	command, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: built.root, SkipVersionCheck: true})
	require.NoError(t, err)
	opened, err := auto.UpsertStackInlineSource(t.Context(), stack.full(), "Pipelines", program,
		auto.EnvVars(s.variables), auto.WorkDir(t.TempDir()), auto.Pulumi(command))
	require.NoError(t, err)
	return &opened
}

// up is `pulumi up` with dorc's own program.
func (s *session) up(t *testing.T, stack stack) map[string]int {
	t.Helper()
	r, err := s.stock(t, stack, s.program(t, stack)).Up(t.Context(), optup.SuppressProgress())
	require.NoError(t, err)
	require.NotNil(t, r.Summary.ResourceChanges)
	return *r.Summary.ResourceChanges
}

// preview is `pulumi preview` with dorc's own program.
func (s *session) preview(t *testing.T, stack stack) map[string]int {
	t.Helper()
	r, err := s.stock(t, stack, s.program(t, stack)).Preview(t.Context(), optpreview.SuppressProgress())
	require.NoError(t, err)
	changes := map[string]int{}
	for op, n := range r.ChangeSummary {
		changes[string(op)] = n
	}
	return changes
}

// refresh is `pulumi refresh`.
func (s *session) refresh(t *testing.T, stack stack) map[string]int {
	t.Helper()
	r, err := s.stock(t, stack, s.program(t, stack)).Refresh(t.Context(), optrefresh.SuppressProgress())
	require.NoError(t, err)
	require.NotNil(t, r.Summary.ResourceChanges)
	return *r.Summary.ResourceChanges
}

// destroy is `pulumi destroy`.
func (s *session) destroy(t *testing.T, stack stack) {
	t.Helper()
	_, err := s.stock(t, stack, s.program(t, stack)).Destroy(t.Context(), optdestroy.SuppressProgress())
	require.NoError(t, err)
}
