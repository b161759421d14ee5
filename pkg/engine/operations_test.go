package engine_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/state"
)

func TestApplyPlanDestroy(t *testing.T) {
	b := newBench(t)
	s := stackOf(t, groups(30, "a", "b", "c"))

	planned, err := b.Plan(t.Context(), s, engine.Options{})
	require.NoError(t, err)
	require.True(t, planned.HasChanges())
	require.Empty(t, b.names(t), "a plan creates nothing")

	applied, err := b.Apply(t.Context(), s, engine.Options{})
	require.NoError(t, err)
	require.True(t, applied.HasChanges())
	require.Equal(t, []string{"a", "b", "c"}, b.names(t))

	again, err := b.Apply(t.Context(), s, engine.Options{})
	require.NoError(t, err)
	require.False(t, again.HasChanges(), "applying twice changes nothing: %v", again.Changes)

	outputs, err := b.Outputs(t.Context(), "test")
	require.NoError(t, err)
	require.Equal(t, "arn:aws:logs:eu-west-2:000000000000:log-group:/test/a", outputs["a"].StringValue())

	changed := stackOf(t, groups(7, "a", "b"))
	result, err := b.Apply(t.Context(), changed, engine.Options{})
	require.NoError(t, err)
	require.Equal(t, 2, result.Changes[deploy.OpUpdate])
	require.Equal(t, 1, result.Changes[deploy.OpDelete])
	require.Equal(t, []string{"a", "b"}, b.names(t))

	_, err = b.Destroy(t.Context(), stackOf(t, nil), engine.Options{})
	require.NoError(t, err)
	require.Empty(t, b.names(t))
}

func TestOutputsOfAbsentStack(t *testing.T) {
	_, err := newBench(t).Outputs(t.Context(), "absent")
	var absent *engine.NotAppliedError
	require.ErrorAs(t, err, &absent)
}

func TestTargetAndReplace(t *testing.T) {
	b := newBench(t)
	s := stackOf(t, groups(30, "a", "b"))
	_, err := b.Apply(t.Context(), s, engine.Options{Targets: []string{urn("a")}})
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, b.names(t))

	_, err = b.Apply(t.Context(), s, engine.Options{})
	require.NoError(t, err)
	result, err := b.Apply(t.Context(), s, engine.Options{Replace: []string{urn("b")}})
	require.NoError(t, err)
	require.Equal(t, 1, result.Changes[deploy.OpReplace])
	require.Equal(t, []string{"a", "b"}, b.names(t))
}

func TestProtect(t *testing.T) {
	b := newBench(t)
	_, err := b.Apply(t.Context(), stackOf(t, groups(30, "a", "b")), engine.Options{})
	require.NoError(t, err)

	_, err = b.Protect(t.Context(), "test", []string{urn("aa")}, true)
	require.ErrorContains(t, err, "did you mean "+urn("a"))

	changed, err := b.Protect(t.Context(), "test", []string{urn("a")}, true)
	require.NoError(t, err)
	require.Equal(t, 1, changed)

	_, err = b.Destroy(t.Context(), stackOf(t, nil), engine.Options{})
	require.ErrorContains(t, err, urn("a"))
	require.Equal(t, []string{"a", "b"}, b.names(t), "nothing is destroyed while something is protected")
	_, err = b.Destroy(t.Context(), stackOf(t, nil), engine.Options{Targets: []string{urn("b")}})
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, b.names(t))

	_, err = b.Protect(t.Context(), "test", []string{urn("a")}, false)
	require.NoError(t, err)
	_, err = b.Destroy(t.Context(), stackOf(t, nil), engine.Options{})
	require.NoError(t, err)
	require.Empty(t, b.names(t))
}

func TestRefreshSeesWhatWasDeleted(t *testing.T) {
	b := newBench(t)
	s := stackOf(t, groups(30, "a", "b"))
	b.apply(t, s, engine.Options{})
	var err error
	require.NoError(t, err)
	require.NoError(t, b.cloud.Delete(logGroupType, "/test/a"))

	_, err = b.Refresh(t.Context(), stackOf(t, nil), engine.Options{})
	require.NoError(t, err)
	result, err := b.Apply(t.Context(), s, engine.Options{})
	require.NoError(t, err)
	require.Equal(t, 1, result.Changes[deploy.OpCreate])
	require.Equal(t, []string{"a", "b"}, b.names(t))
}

func TestImport(t *testing.T) {
	b := newBench(t)
	other := engine.Stack{Name: "other", Dir: t.TempDir(), Program: groups(30, "a"), Target: "local"}
	_, err := b.Apply(t.Context(), other, engine.Options{})
	require.NoError(t, err)

	_, err = b.Import(t.Context(), stackOf(t, nil), []deploy.Import{{
		Type: logGroupType, Name: "a", ID: "/test/a",
	}}, engine.Options{})
	require.NoError(t, err)
	result, err := b.Apply(t.Context(), stackOf(t, groups(30, "a")), engine.Options{})
	require.NoError(t, err)
	require.Zero(t, result.Changes[deploy.OpCreate], "the imported resource is the program's: %v", result.Changes)
	require.Zero(t, result.Changes[deploy.OpReplace])
}

func TestSavedPlan(t *testing.T) {
	b := newBench(t)
	s := stackOf(t, groups(30, "a"))
	planned, err := b.Plan(t.Context(), s, engine.Options{})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "plan")
	require.NoError(t, engine.WritePlan(file, planned.Plan))
	plan, err := engine.ReadPlan(file)
	require.NoError(t, err)

	var stale *engine.StaleError
	_, err = b.Apply(t.Context(), stackOf(t, groups(30, "a", "b")), engine.Options{Plan: plan})
	require.ErrorAs(t, err, &stale, "the program describes more than the plan")
	require.Empty(t, b.names(t), "a stale plan changes nothing")
	_, err = b.Apply(t.Context(), stackOf(t, groups(7, "a")), engine.Options{Plan: plan})
	require.ErrorAs(t, err, &stale, "the program describes another property")
	require.Empty(t, b.names(t))

	_, err = b.Apply(t.Context(), s, engine.Options{Plan: plan})
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, b.names(t))

	_, err = b.Apply(t.Context(), s, engine.Options{Plan: plan})
	require.ErrorAs(t, err, &stale, "the state has changed since")
}

func TestTargetIsRemembered(t *testing.T) {
	b := newBench(t)
	s := stackOf(t, groups(30, "a"))
	b.apply(t, s, engine.Options{})
	var err error
	require.NoError(t, err)
	s.Target = "cloud"
	_, err = b.Apply(t.Context(), s, engine.Options{})
	require.ErrorContains(t, err, "lives on target local, not cloud")
	_, err = b.Plan(t.Context(), s, engine.Options{})
	require.ErrorContains(t, err, "lives on target local, not cloud")
}

func TestUnknownPackageIsRefused(t *testing.T) {
	b := newBench(t)
	delete(b.Providers.InProcess, "aws")
	said := &watch{}
	_, err := b.Apply(t.Context(), stackOf(t, groups(30, "a")), engine.Options{Display: said})
	require.Error(t, err)
	require.Contains(t, said.text()+err.Error(), `package "aws" is not part of the local cloud`)
}

func TestHistory(t *testing.T) {
	b := newBench(t)
	_, err := b.Apply(t.Context(), stackOf(t, groups(30, "a")), engine.Options{Message: "first"})
	require.NoError(t, err)
	entries, err := b.Store.Stack("test").History(t.Context(), state.Page{})
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Equal(t, apitype.UpdateUpdate, entries[0].Kind)
	require.Equal(t, "first", entries[0].Message)
}
