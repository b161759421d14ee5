package aws

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/dorc-dev/dorc/pkg/awsrules"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// defaultsKey lists the inputs that the provider filled in, as Pulumi's bridged
// providers do, so that a name made once is kept.
const defaultsKey = resource.PropertyKey("__defaults")

// check collects what is wrong with one resource's inputs.
type check struct {
	kind     *kind
	p        *Provider
	in       resource.PropertyMap
	failures []plugin.CheckFailure
}

func (c *check) fail(property, format string, args ...any) {
	c.failures = append(c.failures, plugin.CheckFailure{
		Property: resource.PropertyKey(property), Reason: fmt.Sprintf(format, args...),
	})
}

// show renders a string input for a message, or hides it when it is secret.
func (c *check) show(name string) string {
	v := c.in[resource.PropertyKey(name)]
	if v.ContainsSecrets() || !v.IsString() {
		return "another value"
	}
	return fmt.Sprintf("%q", v.StringValue())
}

// Check refuses what AWS would refuse, and fills in defaults and the name.
func (p *Provider) Check(_ context.Context, req plugin.CheckRequest) (plugin.CheckResponse, error) {
	k, err := p.kind(req.Type)
	if err != nil {
		return plugin.CheckResponse{}, err
	}
	c := &check{kind: k, p: p, in: normalMap(req.News)}
	delete(c.in, defaultsKey)
	c.renderDocuments()
	c.checkObject(k.schema(), openMap(c.in), "")
	defaults := c.applyDefaults()
	name, err := k.autoname(req, c.in)
	if err != nil {
		c.fail(k.auto.property, "%v", err)
	} else if name != "" {
		c.in[resource.PropertyKey(k.auto.property)] = resource.NewStringProperty(name)
		defaults = append(defaults, k.auto.property)
	} else if k.auto != nil && k.auto.unless != "" && c.in[resource.PropertyKey(k.auto.unless)].ContainsUnknowns() {
		c.in[resource.PropertyKey(k.auto.property)] = unknown // the prefix is not known yet
		name = k.auto.property
	}
	// What follows looks at values, and the schema's failures are about their types.
	if len(c.failures) == 0 {
		c.checkPresence(k.schema(), c.given(name), "")
		for _, f := range awsrules.Check(k.token, c.in) {
			c.fail(f.Property, "%s", f)
		}
		if k.refuse != nil && len(c.failures) == 0 {
			k.refuse(c)
		}
	}
	c.in[defaultsKey] = defaultsList(defaults)
	return plugin.CheckResponse{Properties: c.in, Failures: c.failures}, nil
}

// given are the inputs without a prefix that goes into the name, which would
// exclude it. made is "" when the program gave the name.
func (c *check) given(made string) resource.PropertyMap {
	in := openMap(c.in)
	if made != "" && c.kind.auto.unless != "" {
		delete(in, resource.PropertyKey(c.kind.auto.unless))
	}
	return in
}

func defaultsList(names []string) resource.PropertyValue {
	slices.Sort(names)
	list := make([]resource.PropertyValue, len(names))
	for i, n := range names {
		list[i] = resource.NewStringProperty(n)
	}
	return resource.NewArrayProperty(list)
}

// renderDocuments turns JSON documents that are given as objects into strings.
func (c *check) renderDocuments() {
	for _, name := range c.kind.documents {
		v, ok := c.in[resource.PropertyKey(name)]
		if !ok || !open(v).IsObject() {
			continue
		}
		if v.ContainsUnknowns() {
			c.in[resource.PropertyKey(name)] = unknown
			continue
		}
		text, err := json.Marshal(plain(open(v)))
		if err != nil {
			c.fail(name, "it cannot be written as JSON: %v", err)
			continue
		}
		rendered := resource.NewStringProperty(string(text))
		if v.ContainsSecrets() {
			rendered = resource.MakeSecret(rendered)
		}
		c.in[resource.PropertyKey(name)] = rendered
	}
}

// applyDefaults sets what the real provider sets, and returns the names on the top level.
func (c *check) applyDefaults() []string {
	names := []string{}
	s := c.kind.schema()
	for _, name := range s.names {
		p := s.props[name]
		key := resource.PropertyKey(name)
		if v, given := c.in[key]; given {
			c.in[key] = withDefaults(p.schema, v)
			continue
		}
		if p.fact.Default == nil || slices.Contains(c.kind.without, name) || c.conflicting(p) {
			continue
		}
		c.in[key] = resource.NewPropertyValue(p.fact.Default)
		names = append(names, name)
	}
	return names
}

// conflicting reports whether something is given that excludes the property.
func (c *check) conflicting(p *property) bool {
	return slices.ContainsFunc(p.conflicts, func(n string) bool { return c.in.HasValue(resource.PropertyKey(n)) })
}

// withDefaults fills in the defaults of nested blocks. Zero values are left out:
// they say nothing and would only lengthen what a person reads.
func withDefaults(s *schema, v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsSecret():
		return resource.MakeSecret(withDefaults(s, v.SecretValue().Element))
	case v.IsArray() && s.shape == shapeList:
		out := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, e := range v.ArrayValue() {
			out[i] = withDefaults(s.elem, e)
		}
		return resource.NewArrayProperty(out)
	case v.IsObject() && s.shape == shapeObject:
		out := v.ObjectValue().Copy()
		for name, p := range s.props {
			key := resource.PropertyKey(name)
			if e, ok := out[key]; ok {
				out[key] = withDefaults(p.schema, e)
			} else if d := p.fact.Default; d != nil && d != "" && d != false && d != 0.0 {
				out[key] = resource.NewPropertyValue(d)
			}
		}
		return resource.NewObjectProperty(out)
	}
	return v
}
