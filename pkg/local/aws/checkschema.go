package aws

import (
	"fmt"
	"math"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// checkObject refuses unknown properties and wrong types. Unknown values pass.
func (c *check) checkObject(s *schema, m resource.PropertyMap, path string) {
	for _, key := range m.StableKeys() {
		if resource.IsInternalPropertyKey(key) {
			continue
		}
		p, ok := s.props[string(key)]
		if !ok {
			c.unknownProperty(s, path, string(key))
			continue
		}
		c.checkType(p.schema, m[key], join(path, string(key)))
	}
}

func (c *check) unknownProperty(s *schema, path, name string) {
	hint := "it has: " + strings.Join(s.names, ", ")
	if near := problem.Nearest(name, s.names); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	of := fmt.Sprintf("%s %s", c.kind.service, c.kind.noun)
	if path != "" {
		of = path
	}
	c.fail(join(path, name), "Invalid or unknown key: %s has no property %q; %s", of, name, hint)
}

func (c *check) checkType(s *schema, v resource.PropertyValue, path string) {
	if v.IsComputed() || v.IsNull() {
		return
	}
	ok, want := true, ""
	switch s.shape {
	case shapeString:
		ok, want = v.IsString(), "a string"
	case shapeBool:
		ok, want = v.IsBool(), "true or false"
	case shapeInt:
		ok, want = v.IsNumber() && v.NumberValue() == math.Trunc(v.NumberValue()), "a whole number"
	case shapeNumber:
		ok, want = v.IsNumber(), "a number"
	case shapeAsset:
		ok, want = v.IsAsset() || v.IsArchive(), "an asset or archive"
	case shapeAny:
		ok, want = v.IsString(), "a string"
	case shapeList:
		ok, want = v.IsArray(), "a list"
		if ok {
			for i, e := range v.ArrayValue() {
				c.checkType(s.elem, e, fmt.Sprintf("%s[%d]", path, i))
			}
		}
	case shapeMap:
		ok, want = v.IsObject(), "a map"
		if ok {
			for _, k := range v.ObjectValue().StableKeys() {
				c.checkType(s.elem, v.ObjectValue()[k], join(path, string(k)))
			}
		}
	case shapeObject:
		ok, want = v.IsObject(), "an object"
		if ok {
			c.checkObject(s, v.ObjectValue(), path)
		}
	}
	if !ok {
		c.fail(path, "Incorrect attribute value type: expected %s, got %s", want, typeName(v))
	}
}

// typeName says what a value is without saying the value, which may be secret.
func typeName(v resource.PropertyValue) string {
	switch {
	case v.IsString():
		return "a string"
	case v.IsNumber():
		return "a number"
	case v.IsBool():
		return "a boolean"
	case v.IsArray():
		return fmt.Sprintf("a list of %d", len(v.ArrayValue()))
	case v.IsObject():
		return "an object"
	}
	return v.TypeString()
}

// checkPresence refuses missing required properties, properties that exclude each
// other, and lists that are too long.
func (c *check) checkPresence(s *schema, m resource.PropertyMap, path string) {
	for _, name := range s.names {
		p := s.props[name]
		v, given := m[resource.PropertyKey(name)]
		given = given && !v.IsNull()
		at := join(path, name)
		if p.required && !given {
			c.fail(at, "Missing required argument: The argument %q is required, but no definition was found.", at)
		}
		c.checkOneOf(p, name, m, at)
		if !given {
			continue
		}
		for _, other := range p.conflicts {
			if m.HasValue(resource.PropertyKey(other)) {
				c.fail(at, "Conflicting configuration arguments: %q: conflicts with %s", at, other)
			}
		}
		c.checkItems(p, v, at)
	}
}

// checkOneOf reports a group once, on its first name in order.
func (c *check) checkOneOf(p *property, name string, m resource.PropertyMap, at string) {
	if len(p.oneOf) == 0 {
		return
	}
	var given []string
	for _, n := range p.oneOf {
		if n < name {
			return
		}
		if m.HasValue(resource.PropertyKey(n)) {
			given = append(given, n)
		}
	}
	switch group := strings.Join(p.oneOf, ","); {
	case len(given) == 0:
		c.fail(at, "Invalid combination of arguments: one of `%s` must be specified", group)
	case len(given) > 1:
		c.fail(at, "Invalid combination of arguments: only one of `%s` can be specified, but `%s` were specified.",
			group, strings.Join(given, ","))
	}
}

func (c *check) checkItems(p *property, v resource.PropertyValue, at string) {
	switch {
	case v.IsObject() && p.schema.shape == shapeObject:
		c.checkPresence(p.schema, v.ObjectValue(), at)
	case v.IsArray():
		if n := len(v.ArrayValue()); p.fact.MaxItems > 0 && n > p.fact.MaxItems {
			c.fail(at, "Too many list items: Attribute %s supports %d item maximum, but config has %d declared.",
				at, p.fact.MaxItems, n)
		}
		if p.required && len(v.ArrayValue()) == 0 {
			c.fail(at, "Not enough list items: Attribute %s requires 1 item minimum, but config has only 0 declared.", at)
		}
		if p.schema.elem == nil || p.schema.elem.shape != shapeObject {
			return
		}
		for i, e := range v.ArrayValue() {
			if e.IsObject() {
				c.checkPresence(p.schema.elem, e.ObjectValue(), fmt.Sprintf("%s[%d]", at, i))
			}
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
