package providertest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// Life is the life of one type.
type Life struct {
	Type tokens.Type
	In   Object
	// ID is what the resource gets; "" when it is not tested.
	ID string
	// Out are some of the outputs.
	Out map[string]string
	// Change is possible in place. Default: nothing is.
	Change Object
	// Replace are changes of which each replaces the resource.
	Replace []Object
}

// Lives holds create, read, no difference, change in place, replacement on the
// right fields, and delete. world makes a new provider with what the lives refer
// to; every type of the cloud must have a life.
func Lives(t *testing.T, world func(*testing.T) (*Fixture, []Life)) {
	f, all := world(t)
	tested := map[tokens.Type]bool{}
	for _, l := range all {
		tested[l.Type] = true
	}
	for _, typ := range f.Cloud.Types() {
		assert.True(t, tested[typ], "%s has no life cycle test", typ)
	}
	for i, l := range all {
		_, short, _ := strings.Cut(string(l.Type), ":")
		t.Run(short, func(t *testing.T) {
			f, all := world(t)
			f.live(all[i])
		})
	}
}

func (f *Fixture) live(l Life) {
	m := f.Make(l.Type, "x", l.In)
	if l.ID != "" {
		require.Equal(f, l.ID, string(m.ID))
	}
	for name, want := range l.Out {
		assert.Equal(f, want, m.Str(resource.PropertyKey(name)), name)
	}
	f.assertStable(m, l.In)
	if l.Change != nil {
		m = f.assertChange(m, With(l.In, l.Change))
	}
	for _, change := range l.Replace {
		f.assertReplace(m, With(With(l.In, l.Change), change), change)
	}
	require.NoError(f, f.Remove(m))
	assert.Empty(f, f.Look(l.Type, m.ID).ID, "it is gone")
	require.NoError(f, f.Remove(m), "deleting again succeeds")
}

// assertStable holds that a resource read back does not differ from its inputs,
// also when it is read with its ID alone, as an import does.
func (f *Fixture) assertStable(m Made, in Object) {
	f.Helper()
	same, news := f.Compare(m, in)
	assert.Equal(f, plugin.DiffNone, same.Changes, "%v", same.DetailedDiff)
	assert.Equal(f, m.In.Mappable(), news.Mappable(), "a second check gives the same inputs")
	read := f.Look(m.Type, m.ID)
	require.Equal(f, m.ID, read.ID)
	assert.Equal(f, m.Out.Mappable(), read.Outputs.Mappable(), "what is read is what was created")
	m.In, m.Out = read.Inputs, read.Outputs
	same, _ = f.Compare(m, in)
	assert.Equal(f, plugin.DiffNone, same.Changes, "after a read: %v", same.DetailedDiff)
}

// assertChange holds that a change is made in place, and that what is computed
// once stays.
func (f *Fixture) assertChange(m Made, in Object) Made {
	f.Helper()
	changed, _ := f.Compare(m, in)
	require.Equal(f, plugin.DiffSome, changed.Changes)
	assert.Empty(f, changed.ReplaceKeys)
	assert.NotEmpty(f, changed.DetailedDiff)
	was := m.Out
	m = f.Change(m, in)
	for _, o := range f.Cloud.Kind(m.Type).Outputs {
		if key := resource.PropertyKey(o.Name); o.Once {
			assert.Equal(f, was[key], m.Out[key], "%s stays", o.Name)
		}
	}
	f.assertStable(m, in)
	return m
}

func (f *Fixture) assertReplace(m Made, in, change Object) {
	f.Helper()
	changed, _ := f.Compare(m, in)
	require.Equal(f, plugin.DiffSome, changed.Changes, "%v", change)
	for _, key := range slices.Sorted(maps.Keys(change)) {
		assert.Contains(f, changed.ReplaceKeys, resource.PropertyKey(key))
	}
	c := f.Begin(f.Cloud.Kind(m.Type), URN(m.Type, m.Name), resource.NewPropertyMapFromMap(in), false)
	assert.Equal(f, string(m.ID) == c.Identify(), changed.DeleteBeforeReplace, "%v", change)
}

// UnknownValues holds that unknown values pass every check, wherever they are.
func UnknownValues(t *testing.T, f *Fixture, lives []Life) {
	for i, l := range lives {
		in := resource.NewPropertyMapFromMap(l.In)
		for key := range in {
			some := in.Copy()
			some[key] = Unknown
			got := f.TryCheck(l.Type, "x", nil, some)
			assert.Empty(t, got.Failures, "%s: %s", l.Type, key)
			made, err := f.Create(t.Context(), plugin.CreateRequest{
				URN: URN(l.Type, "x"), Type: l.Type, Preview: true, Properties: got.Properties,
			})
			require.NoError(t, err)
			assert.True(t, made.Properties[key].ContainsUnknowns(), "%d %s: %s", i, l.Type, key)
		}
	}
}

// UpdatesOfWhatIsGone holds that changing what someone deleted beside Pulumi fails
// with the cloud's code.
func UpdatesOfWhatIsGone(t *testing.T, world func(*testing.T) (*Fixture, []Life)) {
	f, lives := world(t)
	for _, l := range lives {
		if l.Change == nil {
			continue
		}
		m := f.Make(l.Type, "x", l.In)
		require.NoError(t, f.Store.Delete(string(l.Type), string(m.ID)))
		_, err := f.TryChange(m, With(l.In, l.Change))
		var failed *provider.ResourceError
		require.ErrorAs(t, err, &failed, "%s", l.Type)
		assert.NotEmpty(t, failed.Code(), "%s: %v", l.Type, err)
	}
}
