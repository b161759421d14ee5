package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// defaultsKey lists the inputs that the provider filled in, as Pulumi's bridged
// providers do, so that a name made once is kept.
const defaultsKey = resource.PropertyKey("__defaults")

// Check collects what is wrong with one resource's inputs.
type Check struct {
	Kind *Kind
	P    *Provider
	// In are the inputs, with marks of secrets.
	In       resource.PropertyMap
	failures []plugin.CheckFailure
}

// Fail reports what is wrong with a property.
func (c *Check) Fail(property, format string, args ...any) {
	c.failures = append(c.failures, plugin.CheckFailure{
		Property: resource.PropertyKey(property), Reason: fmt.Sprintf(format, args...),
	})
}

// Show renders a string input for a message, or hides it when it is secret.
func (c *Check) Show(name string) string {
	v := c.In[resource.PropertyKey(name)]
	if v.ContainsSecrets() || !v.IsString() {
		return "another value"
	}
	return fmt.Sprintf("%q", v.StringValue())
}

// Check refuses what the cloud would refuse, and fills in defaults and the name.
func (p *Provider) Check(_ context.Context, req plugin.CheckRequest) (plugin.CheckResponse, error) {
	k, err := p.kind(req.Type)
	if err != nil {
		return plugin.CheckResponse{}, err
	}
	c := &Check{Kind: k, P: p, In: NormalMap(req.News)}
	delete(c.In, defaultsKey)
	c.renderDocuments()
	c.checkObject(k.Schema(), OpenMap(c.In), "")
	defaults := c.applyDefaults()
	name, err := k.autoname(req, c.In)
	if err != nil {
		c.Fail(k.Auto.Property, "%v", err)
	} else if name != "" {
		c.In[resource.PropertyKey(k.Auto.Property)] = resource.NewStringProperty(name)
		defaults = append(defaults, k.Auto.Property)
	} else if k.Auto != nil && k.Auto.Unless != "" && c.In[resource.PropertyKey(k.Auto.Unless)].ContainsUnknowns() {
		c.In[resource.PropertyKey(k.Auto.Property)] = unknown // the prefix is not known yet
		name = k.Auto.Property
	}
	if also := c.alsoNamed(); also != "" {
		defaults = append(defaults, also)
	}
	// What follows looks at values, and the schema's failures are about their types.
	if len(c.failures) == 0 {
		c.checkPresence(k.Schema(), c.given(name), "")
		c.failures = append(c.failures, p.Cloud.Rules(k.Token, c.In)...)
		if k.Refuse != nil && len(c.failures) == 0 {
			k.Refuse(c)
		}
	}
	c.In = k.conceal(c.In)
	c.In[defaultsKey] = defaultsList(defaults)
	return plugin.CheckResponse{Properties: c.In, Failures: c.failures}, nil
}

// alsoNamed names the second property of a type that has two names, and returns it.
func (c *Check) alsoNamed() string {
	auto := c.Kind.Auto
	if auto == nil || auto.Also == "" || c.In.HasValue(resource.PropertyKey(auto.Also)) {
		return ""
	}
	name, ok := c.In[resource.PropertyKey(auto.Property)]
	if !ok {
		return ""
	}
	c.In[resource.PropertyKey(auto.Also)] = name
	return auto.Also
}

// given are the inputs without a prefix that goes into the name, which would
// exclude it. made is "" when the program gave the name.
func (c *Check) given(made string) resource.PropertyMap {
	in := OpenMap(c.In)
	if made != "" && c.Kind.Auto.Unless != "" {
		delete(in, resource.PropertyKey(c.Kind.Auto.Unless))
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
func (c *Check) renderDocuments() {
	for _, name := range c.Kind.Documents {
		v, ok := c.In[resource.PropertyKey(name)]
		if !ok || !Open(v).IsObject() {
			continue
		}
		if v.ContainsUnknowns() {
			c.In[resource.PropertyKey(name)] = unknown
			continue
		}
		text, err := json.Marshal(Plain(Open(v)))
		if err != nil {
			c.Fail(name, "it cannot be written as JSON: %v", err)
			continue
		}
		rendered := resource.NewStringProperty(string(text))
		if v.ContainsSecrets() {
			rendered = resource.MakeSecret(rendered)
		}
		c.In[resource.PropertyKey(name)] = rendered
	}
}

// applyDefaults sets what the real provider sets, and returns the names on the top level.
func (c *Check) applyDefaults() []string {
	names := []string{}
	s := c.Kind.Schema()
	for _, name := range s.Names {
		p := s.Props[name]
		key := resource.PropertyKey(name)
		if v, given := c.In[key]; given {
			c.In[key] = withDefaults(p.Schema, v)
			continue
		}
		if p.Fact.Default == nil || slices.Contains(c.Kind.Without, name) || c.conflicting(p) {
			continue
		}
		c.In[key] = resource.NewPropertyValue(p.Fact.Default)
		names = append(names, name)
	}
	return names
}

// conflicting reports whether something is given that excludes the property.
func (c *Check) conflicting(p *Property) bool {
	return slices.ContainsFunc(p.Conflicts, func(n string) bool { return c.In.HasValue(resource.PropertyKey(n)) })
}

// withDefaults fills in the defaults of nested blocks. Zero values are left out:
// they say nothing and would only lengthen what a person reads.
func withDefaults(s *Schema, v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsSecret():
		return resource.MakeSecret(withDefaults(s, v.SecretValue().Element))
	case v.IsArray() && s.Shape == ShapeList:
		out := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, e := range v.ArrayValue() {
			out[i] = withDefaults(s.Elem, e)
		}
		return resource.NewArrayProperty(out)
	case v.IsObject() && s.Shape == ShapeObject:
		out := v.ObjectValue().Copy()
		for name, p := range s.Props {
			key := resource.PropertyKey(name)
			if e, ok := out[key]; ok {
				out[key] = withDefaults(p.Schema, e)
			} else if d := p.Fact.Default; d != nil && d != "" && d != false && d != 0.0 {
				out[key] = resource.NewPropertyValue(d)
			}
		}
		return resource.NewObjectProperty(out)
	}
	return v
}
