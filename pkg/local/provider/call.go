package provider

import (
	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// call is one operation on one resource.
type Call struct {
	P    *Provider
	Kind *Kind
	URN  resource.URN
	// In are the inputs, checked and without marks of secrets. In a preview some are unknown.
	In resource.PropertyMap
	// Old are the outputs before an update, nil otherwise.
	Old map[string]any
	// ID is the resource's identifier; "" while it is not known.
	ID string
	// Preview says that nothing may change.
	Preview bool
	// guessed says that an unknown value was read.
	guessed bool
}

// At returns the input at a path of names and indexes. ok is false when it is
// absent or unknown.
func (c *Call) At(path ...any) (v resource.PropertyValue, ok bool) {
	v = resource.NewObjectProperty(c.In)
	for _, element := range path {
		switch e := element.(type) {
		case string:
			if !v.IsObject() {
				return v, false
			}
			v, ok = v.ObjectValue()[resource.PropertyKey(e)]
			if !ok {
				return v, false
			}
		case int:
			if !v.IsArray() || e >= len(v.ArrayValue()) {
				return v, false
			}
			v = v.ArrayValue()[e]
		}
		if v.ContainsUnknowns() && v.IsComputed() {
			c.guessed = true
			return v, false
		}
	}
	return v, !v.IsNull()
}

// Str reads a string input, or "".
func (c *Call) Str(path ...any) string {
	if v, ok := c.At(path...); ok && v.IsString() {
		return v.StringValue()
	}
	return ""
}

// Bool reads a boolean input, or false.
func (c *Call) Bool(path ...any) bool {
	v, ok := c.At(path...)
	return ok && v.IsBool() && v.BoolValue()
}

// List reads a list, or nil.
func (c *Call) List(path ...any) []resource.PropertyValue {
	if v, ok := c.At(path...); ok && v.IsArray() {
		return v.ArrayValue()
	}
	return nil
}

// Strings reads the known strings of a list.
func (c *Call) Strings(path ...any) []string {
	var out []string
	for _, v := range c.List(path...) {
		switch {
		case v.IsComputed():
			c.guessed = true
		case v.IsString():
			out = append(out, v.StringValue())
		}
	}
	return out
}

// Has reports whether an input is given, known or not.
func (c *Call) Has(name string) bool { return c.In.HasValue(resource.PropertyKey(name)) }

// Unknown says that an output's value is not known before an apply.
func (c *Call) Unknown() { c.guessed = true }

// Get returns another document, or nil when there is none.
func (c *Call) Get(typ tokens.Type, id string) (*cloud.Document, error) {
	return c.P.Get(typ, id)
}

// Exists reports whether there is another resource.
func (c *Call) Exists(typ tokens.Type, id string) (bool, error) {
	if id == "" {
		return false, nil
	}
	return c.P.Store.Has(string(typ), id)
}

// computed are the resource's outputs: its inputs and what the cloud adds.
func (c *Call) computed() resource.PropertyMap {
	out := make(resource.PropertyMap, len(c.In)+len(c.Kind.Outputs)+2)
	for k, v := range c.In {
		if !resource.IsInternalPropertyKey(k) {
			out[k] = v
		}
	}
	for _, o := range c.Kind.Outputs {
		key := resource.PropertyKey(o.Name)
		if out.HasValue(key) && !o.Over {
			continue
		}
		if v, ok := c.output(o); ok {
			out[key] = v
		}
	}
	if c.Kind.labelled() {
		for _, name := range c.Kind.cloud.Labels.All {
			out[resource.PropertyKey(name)] = c.allLabels()
		}
	}
	return out
}

func (c *Call) output(o Output) (resource.PropertyValue, bool) {
	if o.Once {
		if old, ok := c.Old[o.Name]; ok && old != nil {
			v, err := value(old)
			return v, err == nil
		}
	}
	if c.Preview && (o.Once || o.Fresh) {
		return unknown, true
	}
	c.guessed = false
	raw := o.Value(c)
	if c.guessed {
		return unknown, true
	}
	if raw == nil {
		return resource.PropertyValue{}, false
	}
	return resource.NewPropertyValue(raw), true
}
