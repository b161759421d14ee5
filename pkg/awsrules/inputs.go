package awsrules

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// inputs reads single values for rules that need several.
type inputs resource.PropertyMap

// get returns a value; given says that it is there at all, known that it can be read.
func (in inputs) get(path ...string) (v resource.PropertyValue, given, known bool) {
	v = resource.NewObjectProperty(resource.PropertyMap(in))
	for _, name := range path {
		var ok bool
		if !v.IsObject() {
			return v, false, true
		}
		if v, ok = v.ObjectValue()[resource.PropertyKey(name)]; !ok {
			return v, false, true
		}
		if v, _, known = reveal(v); !known {
			return v, true, false
		}
	}
	return v, !v.IsNull(), true
}

// str returns a known string, or "".
func (in inputs) str(path ...string) string {
	if v, given, known := in.get(path...); given && known && v.IsString() {
		return v.StringValue()
	}
	return ""
}

// boolean reports whether a value is known to be true.
func (in inputs) boolean(path ...string) bool {
	v, given, known := in.get(path...)
	return given && known && v.IsBool() && v.BoolValue()
}

// given reports whether a value is there, known or not.
func (in inputs) given(path ...string) bool {
	_, given, _ := in.get(path...)
	return given
}
