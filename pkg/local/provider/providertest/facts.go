package providertest

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// Facts holds the types of a cloud against the schemas of the real provider.
type Facts struct {
	Cloud *provider.Cloud
	// Newer are Pulumi properties that the facts do not have. The key is the type's
	// facts and the path.
	Newer map[string][]string
	// Uncomputed are outputs, as facts and Pulumi name, that are absent on the local
	// cloud, with the reason.
	Uncomputed map[string]string
}

// Arguments holds that the SDK's argument names and the facts agree: each input
// attribute has a property, and each property an attribute, but for Newer.
func (f Facts) Arguments(t *testing.T) {
	used := map[string]bool{}
	all := f.Cloud.AllFacts()
	for _, k := range f.Cloud.Kinds {
		if k.Facts == "" {
			continue
		}
		if !assert.NotEmpty(t, all[k.Facts], "no facts of %s", k.Facts) {
			continue
		}
		used[k.Facts] = true
		f.match(t, k.Facts, k.Schema(), all[k.Facts], k.Rename)
	}
	for name := range all {
		assert.True(t, used[name], "facts/resources.json has %s, which no type uses", name)
	}
}

func (f Facts) match(t *testing.T, at string, s *provider.Schema, facts provider.Attributes, rename map[string]string) {
	t.Helper()
	fields := map[string]bool{}
	for _, n := range s.Names {
		fields[n] = true
	}
	found := map[string]bool{}
	for _, terraform := range slices.Sorted(maps.Keys(facts)) {
		a := facts[terraform]
		name := provider.PulumiName(terraform, fields, rename)
		if name == "" || slices.Contains(f.Cloud.Labels.All, name) || (!a.Required && !a.Optional && !fields[name]) {
			continue // an output, or what Pulumi does not have
		}
		if !assert.True(t, fields[name], "%s: the attribute %s has no property (%s)", at, terraform, name) {
			continue
		}
		found[name] = true
		if block := a.Block(); block != nil {
			inner := s.Props[name].Schema
			if inner.Shape == provider.ShapeList {
				inner = inner.Elem
			}
			assert.Equal(t, provider.ShapeObject, inner.Shape, "%s.%s", at, name)
			f.match(t, at+"."+name, inner, block, nil)
		}
	}
	for _, name := range s.Names {
		assert.True(t, found[name] || slices.Contains(f.Newer[at], name), "%s: the property %s has no attribute", at, name)
	}
	for _, name := range f.Newer[at] {
		assert.False(t, found[name], "%s: %s is listed as newer than the facts and is in them", at, name)
	}
}

// Outputs holds that what the cloud always computes is computed, under a name that
// the SDK's resource has.
func (f Facts) Outputs(t *testing.T) {
	all := f.Cloud.AllFacts()
	for _, k := range f.Cloud.Kinds {
		fields := map[string]bool{}
		for field := range k.State.Fields() {
			fields[field.Tag.Get("pulumi")] = true
		}
		computed := map[string]bool{}
		for _, name := range f.Cloud.Labels.All {
			computed[name] = true
		}
		for _, o := range k.Outputs {
			computed[o.Name] = true
			assert.True(t, fields[o.Name], "%s has no output %s", k.Token, o.Name)
		}
		for terraform, a := range all[k.Facts] {
			name := provider.PulumiName(terraform, fields, k.Rename)
			if name == "" || !a.Computed || a.Optional || f.Uncomputed[k.Facts+"."+name] != "" {
				continue
			}
			assert.True(t, computed[name], "%s does not compute %s", k.Token, name)
		}
	}
}

// Properties holds that every property that a type names exists, and that each type
// says what it must.
func (f Facts) Properties(t *testing.T) {
	for _, k := range f.Cloud.Kinds {
		s := k.Schema()
		names := slices.Concat(k.Replace, k.Required, k.Documents, k.Without)
		for _, group := range k.Conflicts {
			names = append(names, group...)
		}
		if k.Auto != nil {
			names = append(names, k.Auto.Property)
			if k.Auto.Unless != "" {
				names = append(names, k.Auto.Unless)
			}
		}
		for _, n := range names {
			assert.Contains(t, s.Props, n, "%s", k.Token)
		}
		assert.NotNil(t, k.ID, "%s", k.Token)
		assert.NotNil(t, k.Missing, "%s", k.Token)
		assert.True(t, k.Upsert || k.Counts || k.Exists != nil, "%s says what happens to an ID in use", k.Token)
		assert.NotEmpty(t, k.Service+k.Noun, "%s", k.Token)
		assert.Equal(t, reflect.Struct, k.Args.Kind(), "%s", k.Token)
	}
	assert.True(t, slices.IsSorted(f.Cloud.Types()))
	for _, typ := range f.Cloud.Types() {
		assert.True(t, strings.HasPrefix(string(typ), f.Cloud.Name+":"))
	}
}
