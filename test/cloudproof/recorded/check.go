package recorded

import (
	"fmt"
	"math"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// checker collects what is wrong with inputs.
type checker struct{ failures []plugin.CheckFailure }

func (c *checker) fail(at, format string, args ...any) {
	c.failures = append(c.failures, plugin.CheckFailure{Property: resource.PropertyKey(at), Reason: fmt.Sprintf(format, args...)})
}

func (c *checker) object(o object, m resource.PropertyMap, prefix string) {
	for _, key := range m.StableKeys() {
		if resource.IsInternalPropertyKey(key) {
			continue
		}
		f, ok := o[string(key)]
		if !ok {
			c.fail(prefix+string(key), "Invalid or unknown key: there is no %q among %s", key, strings.Join(o.names(), ", "))
			continue
		}
		c.value(f, m[key], prefix+string(key))
	}
	for _, name := range o.names() {
		c.presence(o[name], name, m, prefix+name)
	}
}

// presence looks at what must, and what may not, be given together.
func (c *checker) presence(f *field, name string, m resource.PropertyMap, at string) {
	given := m.HasValue(resource.PropertyKey(name))
	if f.required && !given {
		c.fail(at, "Missing required argument: The argument %q is required, but no definition was found.", at)
	}
	for _, other := range f.excludes {
		if given && m.HasValue(resource.PropertyKey(other)) {
			c.fail(at, "Conflicting configuration arguments: %q: conflicts with %s", at, other)
		}
	}
	if len(f.oneOf) == 0 {
		return
	}
	count := 0
	for _, other := range f.oneOf {
		if m.HasValue(resource.PropertyKey(other)) {
			count++
		}
	}
	if count != 1 {
		c.fail(at, "Invalid combination of arguments: one of %s must be specified", strings.Join(f.oneOf, ", "))
	}
}

func (c *checker) value(f *field, v resource.PropertyValue, at string) {
	if v.IsSecret() {
		v = v.SecretValue().Element
	}
	if v.IsComputed() || v.IsOutput() || v.IsNull() {
		return
	}
	if !c.kind(f, v) {
		c.fail(at, "Incorrect attribute value type: %s is not what the SDK has, %s", v.TypeString(), f.kind)
		return
	}
	switch {
	case v.IsObject() && f.inner != nil && f.kind == reflect.Struct:
		c.object(f.inner, v.ObjectValue(), at+".")
	case v.IsArray():
		if n := len(v.ArrayValue()); f.fact.MaxItems > 0 && n > f.fact.MaxItems {
			c.fail(at, "Too many list items: %d are given, %d are the most", n, f.fact.MaxItems)
		}
		for i, e := range v.ArrayValue() {
			c.value(&field{kind: f.elem, inner: f.inner}, e, fmt.Sprintf("%s[%d]", at, i))
		}
		if f.required && len(v.ArrayValue()) == 0 {
			c.fail(at, "Not enough list items: %s requires 1 item minimum", at)
		}
	case v.IsObject() && f.kind == reflect.Map:
		for _, key := range v.ObjectValue().StableKeys() {
			c.value(&field{kind: f.elem}, v.ObjectValue()[key], at+"."+string(key))
		}
	}
}

// kind says whether a value has the SDK's type.
func (c *checker) kind(f *field, v resource.PropertyValue) bool {
	switch f.kind {
	case reflect.String:
		return v.IsString()
	case reflect.Bool:
		return v.IsBool()
	case reflect.Int:
		return v.IsNumber() && v.NumberValue() == math.Trunc(v.NumberValue())
	case reflect.Float64:
		return v.IsNumber()
	case reflect.Slice:
		return v.IsArray()
	case reflect.Map, reflect.Struct:
		return v.IsObject()
	case reflect.Interface:
		if f.asset {
			return v.IsArchive() || v.IsAsset()
		}
		return v.IsString()
	}
	return false
}
