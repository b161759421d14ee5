package aws

import (
	"fmt"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// call is one operation on one resource.
type call struct {
	p    *Provider
	kind *kind
	urn  resource.URN
	// in are the inputs, checked and without marks of secrets. In a preview some are unknown.
	in resource.PropertyMap
	// old are the outputs before an update, nil otherwise.
	old map[string]any
	// id is the resource's identifier; "" while it is not known.
	id string
	// preview says that nothing may change.
	preview bool
	// guessed says that an unknown value was read.
	guessed bool
}

// at returns the input at a path of names and indexes. ok is false when it is
// absent or unknown.
func (c *call) at(path ...any) (v resource.PropertyValue, ok bool) {
	v = resource.NewObjectProperty(c.in)
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

// str, boolean, number and list read an input, or its zero value.
func (c *call) str(path ...any) string {
	if v, ok := c.at(path...); ok && v.IsString() {
		return v.StringValue()
	}
	return ""
}

func (c *call) boolean(path ...any) bool {
	v, ok := c.at(path...)
	return ok && v.IsBool() && v.BoolValue()
}

func (c *call) list(path ...any) []resource.PropertyValue {
	if v, ok := c.at(path...); ok && v.IsArray() {
		return v.ArrayValue()
	}
	return nil
}

func (c *call) strings(path ...any) []string {
	var out []string
	for _, v := range c.list(path...) {
		switch {
		case v.IsComputed():
			c.guessed = true
		case v.IsString():
			out = append(out, v.StringValue())
		}
	}
	return out
}

// has reports whether an input is given, known or not.
func (c *call) has(name string) bool { return c.in.HasValue(resource.PropertyKey(name)) }

// arn builds an ARN of the provider's account and region.
func (c *call) arn(service, format string, args ...any) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", c.p.partition(), service, c.p.region, c.p.account, fmt.Sprintf(format, args...))
}

// globalARN builds an ARN without a region, as IAM has them.
func (c *call) globalARN(service, format string, args ...any) string {
	return fmt.Sprintf("arn:%s:%s::%s:%s", c.p.partition(), service, c.p.account, fmt.Sprintf(format, args...))
}

// now is the time of the call in AWS's usual form.
func (c *call) now() string { return c.p.now().UTC().Format(time.RFC3339) }

// get returns another document, or nil when there is none.
func (c *call) get(typ tokens.Type, id string) (*cloud.Document, error) {
	return c.p.get(typ, id)
}

// exists reports whether there is another resource.
func (c *call) exists(typ tokens.Type, id string) (bool, error) {
	if id == "" {
		return false, nil
	}
	return c.p.store.Has(string(typ), id)
}

// computed are the resource's outputs: its inputs and what AWS adds.
func (c *call) computed() resource.PropertyMap {
	out := make(resource.PropertyMap, len(c.in)+len(c.kind.outputs)+1)
	for k, v := range c.in {
		if !resource.IsInternalPropertyKey(k) {
			out[k] = v
		}
	}
	for _, o := range c.kind.outputs {
		key := resource.PropertyKey(o.name)
		if out.HasValue(key) {
			continue
		}
		if v, ok := c.output(o); ok {
			out[key] = v
		}
	}
	if _, ok := c.kind.schema().props["tags"]; ok {
		out["tagsAll"] = c.tagsAll()
	}
	return out
}

func (c *call) output(o output) (resource.PropertyValue, bool) {
	if o.once {
		if old, ok := c.old[o.name]; ok && old != nil {
			v, err := value(old)
			return v, err == nil
		}
	}
	if c.preview && (o.once || o.fresh) {
		return unknown, true
	}
	c.guessed = false
	raw := o.value(c)
	if c.guessed {
		return unknown, true
	}
	if raw == nil {
		return resource.PropertyValue{}, false
	}
	return resource.NewPropertyValue(raw), true
}

// tagsAll are the default tags of the provider with the resource's own over them.
func (c *call) tagsAll() resource.PropertyValue {
	all := make(resource.PropertyMap, len(c.p.defaultTags))
	for k, v := range c.p.defaultTags {
		all[resource.PropertyKey(k)] = resource.NewStringProperty(v)
	}
	if tags, ok := c.in["tags"]; ok {
		if !tags.IsObject() {
			return unknown
		}
		for k, v := range tags.ObjectValue() {
			all[k] = v
		}
	}
	return resource.NewObjectProperty(all)
}
