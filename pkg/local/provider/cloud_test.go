package provider_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/provider"
	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
)

const diskType = "tiny:storage/disk:Disk"

// diskArgs and disk are what an SDK would have.
type diskArgs struct {
	Name    string            `pulumi:"name"`
	Size    *int              `pulumi:"size"`
	Zone    *string           `pulumi:"zone"`
	Kind    *string           `pulumi:"kind"`
	Key     *string           `pulumi:"key"`
	Marks   map[string]string `pulumi:"marks"`
	Mirrors []diskMirror      `pulumi:"mirrors"`
	Case    *diskCase         `pulumi:"case"`
}

// diskCase is a block of which the cloud computes a part.
type diskCase struct {
	Colour *string  `pulumi:"colour"`
	Serial *string  `pulumi:"serial"`
	Size   *int     `pulumi:"size"`
	Holes  []string `pulumi:"holes"`
}

type diskMirror struct {
	Zone  string  `pulumi:"zone"`
	Token *string `pulumi:"token"`
}

type disk struct {
	diskArgs
	Serial string `pulumi:"serial"`
}

const diskFacts = `{"tiny_disk": {
	"name": {"type": "String", "required": true, "replace": true},
	"size": {"type": "Int", "optional": true, "default": 10},
	"zone": {"type": "String", "optional": true, "computed": true, "replace": true},
	"kind": {"type": "String", "optional": true},
	"key": {"type": "String", "optional": true, "sensitive": true},
	"marks": {"type": "Map", "optional": true, "elem": "String"},
	"mirror": {"type": "List", "optional": true, "elem": {
		"zone": {"type": "String", "required": true}, "token": {"type": "String", "optional": true, "sensitive": true}}},
	"case": {"type": "List", "maxItems": 1, "optional": true, "computed": true, "elem": {
		"colour": {"type": "String", "optional": true}, "serial": {"type": "String", "computed": true},
		"size": {"type": "Int", "optional": true, "computed": true, "replace": true}, "holes": {"type": "Set", "optional": true, "elem": "String"}}},
	"serial": {"type": "String", "computed": true}
}}`

// tiny is a cloud of one type, which shows what a description can say.
func tiny(t *testing.T) *providertest.Fixture {
	t.Helper()
	zone := func(c *provider.Call) any {
		if c.Has("zone") {
			return c.Str("zone")
		}
		return c.P.Zone
	}
	described := provider.NewCloud(provider.Cloud{
		Name: "tiny", Version: "1.0.0", Real: "a real one", Facts: []byte(diskFacts),
		Kinds: []*provider.Kind{{
			Token: diskType, Facts: "tiny_disk", Args: provider.TypeOf[diskArgs](), State: provider.TypeOf[disk](),
			Service: "Storage", Noun: "Disk", Operations: provider.Operations{Create: "Make", Update: "Change", Delete: "Drop"},
			Same: func(_, old, now string) bool { return strings.EqualFold(old, now) },
			ID:   func(c *provider.Call) string { return c.Str("name") },
			Outputs: []provider.Output{
				{Name: "zone", Scoped: true, Value: zone},
				{Name: "kind", Over: true, Value: func(c *provider.Call) any { return strings.ToUpper(c.Str("kind")) }},
				{Name: "case", Over: true, Value: func(c *provider.Call) any {
					all := providertest.Object{"serial": "1", "size": 3.0}
					if v, ok := c.At("case"); ok && v.IsObject() {
						maps.Copy(all, provider.PlainMap(v.ObjectValue()))
					}
					return all
				}},
				{Name: "serial", Once: true, Value: func(c *provider.Call) any { return fmt.Sprint(c.P.Now().Unix()) }},
			},
			ReplaceIf: func(c *provider.Call, property, old, now string) bool {
				return property == "kind" && old != "" && now == "tape" || property == "case.colour" && c.Str("name") == "d" && now == "black"
			},
			Canonical: func(_ *provider.Provider, id string) string { return strings.TrimPrefix(id, "disks/") },
			Exists:    func(c *provider.Call) *provider.Refusal { return provider.Refuse("Taken", "%s is there", c.ID) },
			Missing:   func(c *provider.Call) *provider.Refusal { return provider.Refuse("Gone", "%s is not there", c.ID) },
		}},
		Rules: func(_ tokens.Type, in resource.PropertyMap) []plugin.CheckFailure {
			if v := provider.Open(in["size"]); v.IsNumber() && v.NumberValue() > 100 {
				return []plugin.CheckFailure{{Property: "size", Reason: "too large"}}
			}
			return nil
		},
		Config: provider.Config{
			Honoured: []string{"zone"}, Ignored: []string{"token"}, IgnoredSuffix: "Endpoint", Refused: map[string]string{"proxy": "there is no network"},
			Read: func(in resource.PropertyMap, was provider.Scope) (provider.Scope, error) {
				if v := in["zone"]; v.IsString() {
					was.Zone = v.StringValue()
				}
				return was, nil
			},
			Check:    func(resource.PropertyMap, provider.Scope, func(string, string, ...any)) {},
			Replaces: map[string]func(provider.Scope) string{"zone": func(s provider.Scope) string { return s.Zone }},
		},
		Labels: provider.Labels{Property: "marks", All: []string{"allMarks"}},
		Words:  func(e *provider.ResourceError, r *provider.Refusal) string { return e.Operation + ": " + r.Error() },
	})
	store, err := cloud.Open(t.TempDir())
	require.NoError(t, err)
	return &providertest.Fixture{T: t, Provider: provider.New(described, store, provider.Scope{Zone: "a"}, nil)}
}

func TestDescription(t *testing.T) {
	f := tiny(t)
	in := providertest.Object{"name": "d", "kind": "ssd", "marks": providertest.Object{"m": "1"}}
	m := f.Make(diskType, "d", in)
	assert.Equal(t, 10.0, m.In["size"].NumberValue(), "the facts' default")
	assert.Equal(t, "SSD", m.Str("kind"), "the cloud's form")
	assert.Equal(t, "a", m.Str("zone"))
	assert.Equal(t, m.Out["marks"], m.Out["allMarks"])
	same, _ := f.Compare(m, in)
	assert.Equal(t, plugin.DiffNone, same.Changes)
	assert.Equal(t, m.ID, f.Look(diskType, "disks/d").ID, "another form of the ID")

	_, err := f.TryMake(diskType, "e", in)
	assert.EqualError(t, err, "Make: Taken: d is there")
	got := f.TryCheck(diskType, "d", nil, resource.NewPropertyMapFromMap(providertest.With(in, providertest.Object{"size": 101.0})))
	require.Len(t, got.Failures, 1)
	assert.Equal(t, "too large", got.Failures[0].Reason)

	diff, _ := f.Compare(m, providertest.With(in, providertest.Object{"kind": "tape"}))
	assert.Equal(t, []resource.PropertyKey{"kind"}, diff.ReplaceKeys, "the type's own reason")
	diff, _ = f.Compare(m, providertest.With(in, providertest.Object{"kind": "hdd"}))
	assert.Empty(t, diff.ReplaceKeys)
	f.Zone = "b"
	diff, _ = f.Compare(m, in)
	assert.Equal(t, []resource.PropertyKey{"zone"}, diff.ReplaceKeys, "the provider's zone")
	diff, _ = f.Compare(m, providertest.With(in, providertest.Object{"zone": "a"}))
	assert.Empty(t, diff.ReplaceKeys)
}

// What the cloud computes in a block is no difference, and what replaces a resource
// may be in a block too.
func TestBlocks(t *testing.T) {
	f := tiny(t)
	in := func(block providertest.Object) providertest.Object {
		return providertest.Object{"name": "d", "case": block}
	}
	given := providertest.Object{"colour": "red", "holes": []any{"a", "b"}}
	m := f.Make(diskType, "d", in(given))
	assert.Equal(t, "1", m.Out["case"].ObjectValue()["serial"].StringValue())
	for _, change := range []providertest.Object{{}, {"size": 3.0}, {"colour": "RED"}, {"holes": []any{"b", "a"}}} {
		got, _ := f.Compare(m, in(providertest.With(given, change)))
		assert.Equal(t, plugin.DiffNone, got.Changes, "%v: %v", change, got.DetailedDiff)
	}
	got, _ := f.Compare(m, providertest.Object{"name": "d"})
	assert.Equal(t, plugin.DiffNone, got.Changes, "the cloud keeps the block")
	for path, change := range map[string]struct {
		providertest.Object
		kind plugin.DiffKind
	}{
		"case.colour": {providertest.Object{"colour": "blue"}, plugin.DiffUpdate},
		"case.holes":  {providertest.Object{"holes": []any{"a"}}, plugin.DiffUpdate},
		"case.size":   {providertest.Object{"size": 4.0}, plugin.DiffUpdateReplace},
	} {
		got, _ := f.Compare(m, in(providertest.With(given, change.Object)))
		require.Len(t, got.DetailedDiff, 1, "%v", got.DetailedDiff)
		assert.Equal(t, change.kind, got.DetailedDiff[path].Kind, path)
	}
	got, _ = f.Compare(m, in(providertest.With(given, providertest.Object{"colour": nil})))
	assert.Equal(t, plugin.DiffDelete, got.DetailedDiff["case.colour"].Kind, "what the cloud does not compute goes away")
	got, _ = f.Compare(m, in(providertest.With(given, providertest.Object{"colour": "black"})))
	assert.Equal(t, []resource.PropertyKey{"case"}, got.ReplaceKeys)
	read := f.Look(diskType, m.ID)
	m.In, m.Out = read.Inputs, read.Outputs
	got, _ = f.Compare(m, in(given))
	assert.Equal(t, plugin.DiffNone, got.Changes, "after a read: %v", got.DetailedDiff)
}

// What the real provider calls sensitive is secret, on every level.
func TestSensitive(t *testing.T) {
	f := tiny(t)
	m := f.Make(diskType, "d", providertest.Object{"name": "d", "key": "k", "mirrors": []any{providertest.Object{"zone": "b", "token": "t"}}})
	for _, props := range []resource.PropertyMap{m.In, m.Out, f.Look(diskType, "d").Outputs} {
		assert.True(t, props["key"].IsSecret())
		mirror := props["mirrors"].ArrayValue()[0].ObjectValue()
		assert.True(t, mirror["token"].IsSecret())
		assert.False(t, mirror["zone"].IsSecret())
	}
}

func TestConfiguration(t *testing.T) {
	f := tiny(t)
	check := func(in providertest.Object) []plugin.CheckFailure {
		got, err := f.CheckConfig(t.Context(), plugin.CheckConfigRequest{News: resource.NewPropertyMapFromMap(in)})
		require.NoError(t, err)
		return got.Failures
	}
	assert.Empty(t, check(providertest.Object{"zone": "b", "token": "t", "storageEndpoint": "x"}))
	assert.Contains(t, check(providertest.Object{"proxy": "x"})[0].Reason, "no network")
	assert.Contains(t, check(providertest.Object{"zonne": "x"})[0].Reason, `the provider tiny has no configuration key "zonne"; did you mean "zone"?`)
	diff, err := f.DiffConfig(t.Context(), plugin.DiffConfigRequest{
		OldInputs: resource.PropertyMap{}, NewInputs: resource.NewPropertyMapFromMap(providertest.Object{"zone": "b"}),
	})
	require.NoError(t, err)
	assert.True(t, diff.Replace())
}
