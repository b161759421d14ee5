package provider

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Diff says what changes, and whether that replaces the resource.
func (p *Provider) Diff(_ context.Context, req plugin.DiffRequest) (plugin.DiffResponse, error) {
	k, err := p.kind(req.Type)
	if err != nil {
		return plugin.DiffResponse{}, err
	}
	oldInputs := OpenMap(NormalMap(req.OldInputs))
	oldOutputs := OpenMap(NormalMap(req.OldOutputs))
	c := p.Begin(k, req.URN, NormalMap(req.NewInputs), true)
	detailed := c.compare(k.actual(oldInputs, oldOutputs, c.In), c.In)
	c.compareScope(oldOutputs, detailed)
	if k.labelled() {
		c.compareLabels(oldOutputs, detailed)
	}
	if len(detailed) == 0 {
		return plugin.DiffResponse{Changes: plugin.DiffNone}, nil
	}
	d := plugin.DiffResponse{Changes: plugin.DiffSome, DetailedDiff: detailed}
	for path, change := range detailed {
		key := resource.PropertyKey(topOf(path))
		if !slices.Contains(d.ChangedKeys, key) {
			d.ChangedKeys = append(d.ChangedKeys, key)
		}
		if change.Kind.IsReplace() && !slices.Contains(d.ReplaceKeys, key) {
			d.ReplaceKeys = append(d.ReplaceKeys, key)
		}
	}
	slices.Sort(d.ChangedKeys)
	slices.Sort(d.ReplaceKeys)
	if len(d.ReplaceKeys) > 0 {
		// An ID that is not known yet may turn out to be the old one.
		id := c.Identify()
		d.DeleteBeforeReplace = id == "" || id == string(req.ID)
	}
	return d, nil
}

// actual are the values of the old inputs as the resource has them, with those that
// the provider's configuration gave it and the new inputs name.
func (k *Kind) actual(inputs, outputs, news resource.PropertyMap) resource.PropertyMap {
	m := make(resource.PropertyMap, len(inputs))
	for k, v := range inputs {
		if resource.IsInternalPropertyKey(k) {
			continue
		}
		if o, ok := outputs[k]; ok {
			v = o
		}
		m[k] = v
	}
	for _, o := range k.Outputs {
		key := resource.PropertyKey(o.Name)
		if v, ok := outputs[key]; ok && o.Scoped && news.HasValue(key) {
			m[key] = v
		}
	}
	return m
}

// compareScope adds what the provider's configuration decides and was otherwise
// when the resource was made.
func (c *Call) compareScope(olds resource.PropertyMap, detailed map[string]plugin.PropertyDiff) {
	for _, o := range c.Kind.Outputs {
		key := resource.PropertyKey(o.Name)
		if !o.Scoped || c.In.HasValue(key) {
			continue
		}
		old, had := olds[key]
		if now, ok := c.output(o); had && ok && !now.DeepEquals(old) {
			detailed[o.Name] = plugin.PropertyDiff{Kind: plugin.DiffUpdateReplace}
		}
	}
}

// compare is the detailed difference of two states of inputs.
func (c *Call) compare(olds, news resource.PropertyMap) map[string]plugin.PropertyDiff {
	s := c.Kind.Schema()
	olds, news = c.Kind.settle(s, olds, withoutInternal(news), "")
	diff := olds.Diff(news, resource.IsInternalPropertyKey)
	detailed := plugin.NewDetailedDiffFromObjectDiff(diff, true)
	for at, change := range detailed {
		path, err := resource.ParsePropertyPath(at)
		if err == nil && (s.replaces(path) || c.replacesValue(path, olds, news)) {
			detailed[at] = change.ToReplace()
		}
	}
	return detailed
}

// settle leaves out of both states of an object what does not differ, and what the
// cloud computes where the new one does not have it. at is the path of the object.
func (k *Kind) settle(s *Schema, olds, news resource.PropertyMap, at string) (resource.PropertyMap, resource.PropertyMap) {
	olds, news = olds.Copy(), news.Copy()
	for name, p := range s.Props {
		key := resource.PropertyKey(name)
		o, n := olds[key], news[key]
		switch {
		case o.V == nil && n.V == nil:
		case n.V == nil && p.Fact.Computed:
			delete(olds, key) // the cloud keeps what is no longer asked for
		case o.V != nil && n.V != nil && k.same(join(at, name), p, o, n):
			delete(olds, key)
			delete(news, key)
		case p.Set && o.V != nil && n.V != nil:
			// The difference of two sets by index would mislead.
			olds[key], news[key] = resource.NewStringProperty("old"), resource.NewStringProperty("new")
		case p.Schema.Shape == ShapeObject && o.IsObject() && n.IsObject():
			was, is := k.settle(p.Schema, o.ObjectValue(), n.ObjectValue(), join(at, name))
			olds[key], news[key] = resource.NewObjectProperty(was), resource.NewObjectProperty(is)
		}
	}
	return olds, news
}

// replacesValue asks ReplaceIf about the change of a text.
func (c *Call) replacesValue(path resource.PropertyPath, olds, news resource.PropertyMap) bool {
	if c.Kind.ReplaceIf == nil {
		return false
	}
	old, had := path.Get(resource.NewObjectProperty(olds))
	now, has := path.Get(resource.NewObjectProperty(news))
	return had && has && old.IsString() && now.IsString() && c.Kind.ReplaceIf(c, path.String(), old.StringValue(), now.StringValue())
}

// same reports whether two values mean the same: equal JSON documents, sets in
// another order, and what the type says.
func (k *Kind) same(name string, p *Property, a, b resource.PropertyValue) bool {
	if slices.Contains(k.Documents, name) && a.IsString() && b.IsString() {
		return sameJSON(a.StringValue(), b.StringValue())
	}
	if k.Same != nil && a.IsString() && b.IsString() {
		return k.Same(name, a.StringValue(), b.StringValue())
	}
	if p.Set && a.IsArray() && b.IsArray() {
		return slices.Equal(sorted(a), sorted(b)) && !b.ContainsUnknowns()
	}
	return false
}

func sameJSON(a, b string) bool {
	if a == b {
		return true
	}
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

func sorted(v resource.PropertyValue) []string {
	out := make([]string, 0, len(v.ArrayValue()))
	for _, e := range v.ArrayValue() {
		text, err := json.Marshal(Plain(e))
		if err != nil { // an unknown value, which the caller looks for
			text = []byte(e.String())
		}
		out = append(out, string(text))
	}
	slices.Sort(out)
	return out
}

// topOf is the first name of a property path.
func topOf(path string) string {
	if p, err := resource.ParsePropertyPath(path); err == nil && len(p) > 0 {
		if name, ok := p[0].(string); ok {
			return name
		}
	}
	name, _, _ := strings.Cut(path, ".")
	return name
}
