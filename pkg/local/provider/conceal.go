package provider

import "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

// conceal marks what the real provider says is sensitive as secret, as Pulumi's
// bridged providers do, whether or not the program did.
func (k *Kind) conceal(in resource.PropertyMap) resource.PropertyMap {
	return concealObject(k.Schema(), in)
}

func concealObject(s *Schema, in resource.PropertyMap) resource.PropertyMap {
	out := in.Copy()
	for name, p := range s.Props {
		key := resource.PropertyKey(name)
		v, given := out[key]
		switch {
		case !given || v.IsSecret() || v.IsNull():
		case p.Fact.Sensitive:
			out[key] = resource.MakeSecret(v)
		case v.IsObject() && p.Schema.Shape == ShapeObject:
			out[key] = resource.NewObjectProperty(concealObject(p.Schema, v.ObjectValue()))
		case v.IsArray() && p.Schema.Elem != nil && p.Schema.Elem.Shape == ShapeObject:
			list := make([]resource.PropertyValue, len(v.ArrayValue()))
			for i, e := range v.ArrayValue() {
				if list[i] = e; e.IsObject() {
					list[i] = resource.NewObjectProperty(concealObject(p.Schema.Elem, e.ObjectValue()))
				}
			}
			out[key] = resource.NewArrayProperty(list)
		}
	}
	return out
}
