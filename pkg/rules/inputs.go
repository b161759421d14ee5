package rules

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Inputs reads single values for rules that need several.
type Inputs resource.PropertyMap

// Get returns a value; given says that it is there at all, known that it can be read.
func (in Inputs) Get(path ...string) (v resource.PropertyValue, given, known bool) {
	v = resource.NewObjectProperty(resource.PropertyMap(in))
	for _, name := range path {
		var ok bool
		if !v.IsObject() {
			return v, false, true
		}
		if v, ok = v.ObjectValue()[resource.PropertyKey(name)]; !ok {
			return v, false, true
		}
		if v, _, known = Reveal(v); !known {
			return v, true, false
		}
	}
	return v, !v.IsNull(), true
}

// Str returns a known string, or "".
func (in Inputs) Str(path ...string) string {
	if v, given, known := in.Get(path...); given && known && v.IsString() {
		return v.StringValue()
	}
	return ""
}

// Bool reports whether a value is known to be true.
func (in Inputs) Bool(path ...string) bool {
	v, given, known := in.Get(path...)
	return given && known && v.IsBool() && v.BoolValue()
}

// Given reports whether a value is there, known or not.
func (in Inputs) Given(path ...string) bool {
	_, given, _ := in.Get(path...)
	return given
}
