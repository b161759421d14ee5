package provider

import (
	"fmt"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/archive"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
)

var unknown = resource.MakeComputed(resource.NewStringProperty(""))

// normal brings a value to one form: outputs become secret, unknown or plain
// values, references to resources become their IDs, nulls in maps go away.
func normal(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsOutput():
		o := v.OutputValue()
		element := unknown
		if o.Known {
			element = normal(o.Element)
		}
		if o.Secret {
			return resource.MakeSecret(element)
		}
		return element
	case v.IsComputed():
		return unknown
	case v.IsResourceReference():
		id := v.ResourceReferenceValue().ID
		if id.IsNull() || !id.IsString() || id.StringValue() == "" {
			return unknown
		}
		return id
	case v.IsSecret():
		element := normal(v.SecretValue().Element)
		if element.IsSecret() {
			return element
		}
		return resource.MakeSecret(element)
	case v.IsArray():
		out := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, e := range v.ArrayValue() {
			out[i] = normal(e)
		}
		return resource.NewArrayProperty(out)
	case v.IsObject():
		return resource.NewObjectProperty(NormalMap(v.ObjectValue()))
	}
	return v
}

func NormalMap(m resource.PropertyMap) resource.PropertyMap {
	out := make(resource.PropertyMap, len(m))
	for k, v := range m {
		if n := normal(v); !n.IsNull() {
			out[k] = n
		}
	}
	return out
}

// open removes the marks of secrets. What it returns must not be shown.
func Open(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsSecret():
		return Open(v.SecretValue().Element)
	case v.IsArray():
		out := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, e := range v.ArrayValue() {
			out[i] = Open(e)
		}
		return resource.NewArrayProperty(out)
	case v.IsObject():
		return resource.NewObjectProperty(OpenMap(v.ObjectValue()))
	}
	return v
}

func OpenMap(m resource.PropertyMap) resource.PropertyMap {
	out := make(resource.PropertyMap, len(m))
	for k, v := range m {
		out[k] = Open(v)
	}
	return out
}

// plain turns an opened value into plain JSON. Assets and archives become the
// map that Pulumi serialises them to.
func Plain(v resource.PropertyValue) any {
	switch {
	case v.IsAsset():
		return v.AssetValue().Serialize()
	case v.IsArchive():
		return v.ArchiveValue().Serialize()
	case v.IsArray():
		out := make([]any, len(v.ArrayValue()))
		for i, e := range v.ArrayValue() {
			out[i] = Plain(e)
		}
		return out
	case v.IsObject():
		return PlainMap(v.ObjectValue())
	case v.IsNull():
		return nil
	}
	return v.V
}

func PlainMap(m resource.PropertyMap) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[string(k)] = Plain(v)
	}
	return out
}

// value is the opposite of plain.
func value(v any) (resource.PropertyValue, error) {
	switch v := v.(type) {
	case map[string]any:
		if a, ok, err := asset.Deserialize(v); ok || err != nil {
			return resource.NewAssetProperty(a), err
		}
		if a, ok, err := archive.Deserialize(v); ok || err != nil {
			return resource.NewArchiveProperty(a), err
		}
		m, err := valueMap(v)
		return resource.NewObjectProperty(m), err
	case []any:
		out := make([]resource.PropertyValue, len(v))
		for i, e := range v {
			var err error
			if out[i], err = value(e); err != nil {
				return resource.PropertyValue{}, err
			}
		}
		return resource.NewArrayProperty(out), nil
	}
	return resource.NewPropertyValue(v), nil
}

func valueMap(m map[string]any) (resource.PropertyMap, error) {
	out := make(resource.PropertyMap, len(m))
	for k, e := range m {
		v, err := value(e)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k, err)
		}
		out[resource.PropertyKey(k)] = v
	}
	return out, nil
}

// secrets lists the JSON pointers of secret values below prefix.
func secrets(m resource.PropertyMap, prefix ...string) []string {
	var out []string
	for _, k := range m.StableKeys() {
		out = append(out, secretsIn(m[k], append(prefix[:len(prefix):len(prefix)], string(k)))...)
	}
	return out
}

func secretsIn(v resource.PropertyValue, at []string) []string {
	switch {
	case v.IsSecret():
		return []string{cloud.Pointer(at...)}
	case v.IsObject():
		return secrets(v.ObjectValue(), at...)
	case v.IsArray():
		var out []string
		for i, e := range v.ArrayValue() {
			out = append(out, secretsIn(e, append(at[:len(at):len(at)], fmt.Sprint(i)))...)
		}
		return out
	}
	return nil
}

// mark marks the values that the pointers name as secret, as secrets found them.
func mark(m resource.PropertyMap, pointers []string, prefix ...string) resource.PropertyMap {
	if len(pointers) == 0 {
		return m
	}
	wanted := make(map[string]bool, len(pointers))
	for _, p := range pointers {
		wanted[p] = true
	}
	return markValue(resource.NewObjectProperty(m), wanted, prefix).ObjectValue()
}

func markValue(v resource.PropertyValue, wanted map[string]bool, at []string) resource.PropertyValue {
	if len(at) > 1 && wanted[cloud.Pointer(at...)] {
		return resource.MakeSecret(v)
	}
	switch {
	case v.IsObject():
		out := make(resource.PropertyMap, len(v.ObjectValue()))
		for k, e := range v.ObjectValue() {
			out[k] = markValue(e, wanted, append(at[:len(at):len(at)], string(k)))
		}
		return resource.NewObjectProperty(out)
	case v.IsArray():
		out := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, e := range v.ArrayValue() {
			out[i] = markValue(e, wanted, append(at[:len(at):len(at)], fmt.Sprint(i)))
		}
		return resource.NewArrayProperty(out)
	}
	return v
}
