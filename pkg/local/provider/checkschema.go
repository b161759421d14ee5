package provider

import (
	"fmt"
	"math"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// checkObject refuses unknown properties and wrong types. Unknown values pass.
func (c *Check) checkObject(s *Schema, m resource.PropertyMap, path string) {
	for _, key := range m.StableKeys() {
		if resource.IsInternalPropertyKey(key) {
			continue
		}
		p, ok := s.Props[string(key)]
		if !ok {
			c.unknownProperty(s, path, string(key))
			continue
		}
		c.checkType(p.Schema, m[key], join(path, string(key)))
	}
}

func (c *Check) unknownProperty(s *Schema, path, name string) {
	hint := "it has: " + strings.Join(s.Names, ", ")
	if near := problem.Nearest(name, s.Names); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	of := fmt.Sprintf("%s %s", c.Kind.Service, c.Kind.Noun)
	if path != "" {
		of = path
	}
	c.Fail(join(path, name), "Invalid or unknown key: %s has no property %q; %s", of, name, hint)
}

func (c *Check) checkType(s *Schema, v resource.PropertyValue, path string) {
	if v.IsComputed() || v.IsNull() {
		return
	}
	ok, want := true, ""
	switch s.Shape {
	case ShapeString:
		ok, want = v.IsString(), "a string"
	case ShapeBool:
		ok, want = v.IsBool(), "true or false"
	case ShapeInt:
		ok, want = v.IsNumber() && v.NumberValue() == math.Trunc(v.NumberValue()), "a whole number"
	case ShapeNumber:
		ok, want = v.IsNumber(), "a number"
	case ShapeAsset:
		ok, want = v.IsAsset() || v.IsArchive(), "an asset or archive"
	case ShapeAny:
		ok, want = v.IsString(), "a string"
	case ShapeList:
		ok, want = v.IsArray(), "a list"
		if ok {
			for i, e := range v.ArrayValue() {
				c.checkType(s.Elem, e, fmt.Sprintf("%s[%d]", path, i))
			}
		}
	case ShapeMap:
		ok, want = v.IsObject(), "a map"
		if ok {
			for _, k := range v.ObjectValue().StableKeys() {
				c.checkType(s.Elem, v.ObjectValue()[k], join(path, string(k)))
			}
		}
	case ShapeObject:
		ok, want = v.IsObject(), "an object"
		if ok {
			c.checkObject(s, v.ObjectValue(), path)
		}
	}
	if !ok {
		c.Fail(path, "Incorrect attribute value type: expected %s, got %s", want, typeName(v))
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
func (c *Check) checkPresence(s *Schema, m resource.PropertyMap, path string) {
	for _, name := range s.Names {
		p := s.Props[name]
		v, given := m[resource.PropertyKey(name)]
		given = given && !v.IsNull()
		at := join(path, name)
		if p.Required && !given {
			c.Fail(at, "Missing required argument: The argument %q is required, but no definition was found.", at)
		}
		c.checkOneOf(p, name, m, at)
		if !given {
			continue
		}
		for _, other := range p.Conflicts {
			if m.HasValue(resource.PropertyKey(other)) {
				c.Fail(at, "Conflicting configuration arguments: %q: conflicts with %s", at, other)
			}
		}
		c.checkItems(p, v, at)
	}
}

// checkOneOf reports a group once, on its first name in order.
func (c *Check) checkOneOf(p *Property, name string, m resource.PropertyMap, at string) {
	if len(p.OneOf) == 0 {
		return
	}
	var given []string
	for _, n := range p.OneOf {
		if n < name {
			return
		}
		if m.HasValue(resource.PropertyKey(n)) {
			given = append(given, n)
		}
	}
	switch group := strings.Join(p.OneOf, ","); {
	case len(given) == 0:
		c.Fail(at, "Invalid combination of arguments: one of `%s` must be specified", group)
	case len(given) > 1:
		c.Fail(at, "Invalid combination of arguments: only one of `%s` can be specified, but `%s` were specified.",
			group, strings.Join(given, ","))
	}
}

func (c *Check) checkItems(p *Property, v resource.PropertyValue, at string) {
	switch {
	case v.IsObject() && p.Schema.Shape == ShapeObject:
		c.checkPresence(p.Schema, v.ObjectValue(), at)
	case v.IsArray():
		if n := len(v.ArrayValue()); p.Fact.MaxItems > 0 && n > p.Fact.MaxItems {
			c.Fail(at, "Too many list items: Attribute %s supports %d item maximum, but config has %d declared.",
				at, p.Fact.MaxItems, n)
		}
		if p.Required && len(v.ArrayValue()) == 0 {
			c.Fail(at, "Not enough list items: Attribute %s requires 1 item minimum, but config has only 0 declared.", at)
		}
		if p.Schema.Elem == nil || p.Schema.Elem.Shape != ShapeObject {
			return
		}
		for i, e := range v.ArrayValue() {
			if e.IsObject() {
				c.checkPresence(p.Schema.Elem, e.ObjectValue(), fmt.Sprintf("%s[%d]", at, i))
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
