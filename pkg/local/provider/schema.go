package provider

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Shape is a JSON-like type.
type Shape int

// The shapes. ShapeAny is what the SDK types as interface{}: a string or a document.
const (
	ShapeString Shape = iota
	ShapeBool
	ShapeInt
	ShapeNumber
	ShapeList
	ShapeMap
	ShapeObject
	ShapeAsset
	ShapeAny
)

// Schema is the type of a value: the SDK's argument type with the facts.
type Schema struct {
	Shape Shape
	// Elem is the schema of a list's or map's elements.
	Elem *Schema
	// Props are the properties of an object.
	Props map[string]*Property
	// Names are the keys of Props in order, so that failures have an order.
	Names []string
}

// Property is one field of an object.
type Property struct {
	Schema   *Schema
	Fact     Attribute
	Required bool
	Replace  bool
	// Set says that the order of the list has no meaning.
	Set bool
	// Conflicts and OneOf are Pulumi names on the same level.
	Conflicts, OneOf []string
}

// Schema returns the type's schema, built once by reflection over the SDK.
func (k *Kind) Schema() *Schema {
	k.once.Do(func() { k.cached = k.build() })
	return k.cached
}

func (k *Kind) build() *Schema {
	s := newSchema(k.Args, k.cloud.facts()[k.Facts], k.Rename)
	for name, p := range s.Props {
		p.Replace = p.Replace || slices.Contains(k.Replace, name)
		p.Required = p.Required || slices.Contains(k.Required, name)
		if d, ok := k.Defaults[name]; ok {
			p.Fact.Default = d
		}
	}
	for _, group := range k.Conflicts {
		for _, name := range group {
			for _, other := range group {
				if other != name {
					s.Props[name].Conflicts = append(s.Props[name].Conflicts, other)
				}
			}
		}
	}
	return s
}

// newSchema builds the schema of a Go type with what the facts say about it.
func newSchema(t reflect.Type, facts Attributes, rename map[string]string) *Schema {
	switch t.Kind() {
	case reflect.Pointer:
		return newSchema(t.Elem(), facts, rename)
	case reflect.String:
		return &Schema{Shape: ShapeString}
	case reflect.Bool:
		return &Schema{Shape: ShapeBool}
	case reflect.Int:
		return &Schema{Shape: ShapeInt}
	case reflect.Float64:
		return &Schema{Shape: ShapeNumber}
	case reflect.Slice:
		return &Schema{Shape: ShapeList, Elem: newSchema(t.Elem(), facts, rename)}
	case reflect.Map:
		return &Schema{Shape: ShapeMap, Elem: newSchema(t.Elem(), nil, nil)}
	case reflect.Struct:
		return newObject(t, facts, rename)
	case reflect.Interface:
		if t.NumMethod() > 0 { // pulumi.Archive, pulumi.AssetOrArchive
			return &Schema{Shape: ShapeAsset}
		}
	}
	return &Schema{Shape: ShapeAny}
}

func newObject(t reflect.Type, facts Attributes, rename map[string]string) *Schema {
	s := &Schema{Shape: ShapeObject, Props: map[string]*Property{}}
	fields := map[string]bool{}
	for f := range t.Fields() {
		if tag := f.Tag.Get("pulumi"); tag != "" {
			fields[tag] = true
			s.Names = append(s.Names, tag)
		}
	}
	slices.Sort(s.Names)
	byName := map[string]Attribute{}
	for terraform, a := range facts {
		byName[PulumiName(terraform, fields, rename)] = a
	}
	for f := range t.Fields() {
		tag := f.Tag.Get("pulumi")
		if tag == "" {
			continue
		}
		a := byName[tag]
		scalar := f.Type.Kind() != reflect.Pointer && f.Type.Kind() != reflect.Slice &&
			f.Type.Kind() != reflect.Map && f.Type.Kind() != reflect.Interface
		s.Props[tag] = &Property{
			Schema:    newSchema(f.Type, a.Block(), nil),
			Fact:      a,
			Required:  scalar || a.Required,
			Replace:   a.Replace,
			Set:       a.Type == "Set",
			Conflicts: siblings(a.ConflictsWith, fields, rename),
			OneOf:     group(tag, siblings(a.ExactlyOneOf, fields, rename)),
		}
	}
	return s
}

// group completes a list of properties of which one must be given: the facts of
// some leave out the property that has the list.
func group(own string, others []string) []string {
	if len(others) == 0 || slices.Contains(others, own) {
		return others
	}
	others = append(others, own)
	slices.Sort(others)
	return others
}

// siblings maps Terraform names of the same level to Pulumi's. A name with an
// index, such as website.0.index_document, is named from the root: its last part
// is on the level of the attribute that names it.
func siblings(names []string, fields map[string]bool, rename map[string]string) []string {
	var out []string
	for _, n := range names {
		n = n[strings.LastIndexByte(n, '.')+1:]
		if p := PulumiName(n, fields, rename); fields[p] {
			out = append(out, p)
		}
	}
	return out
}

// PulumiName finds the field that stands for a Terraform attribute: camelCase,
// plural for a list, or what rename says.
func PulumiName(terraform string, fields map[string]bool, rename map[string]string) string {
	if n, ok := rename[terraform]; ok {
		return n
	}
	name := camel(terraform)
	candidates := []string{name, name + "s", name + "es"}
	if strings.HasSuffix(name, "y") {
		candidates = append(candidates, strings.TrimSuffix(name, "y")+"ies")
	}
	for _, c := range candidates {
		if fields[c] {
			return c
		}
	}
	return name
}

func camel(snake string) string {
	var b strings.Builder
	upper := false
	for _, r := range snake {
		switch {
		case r == '_':
			upper = true
		case upper:
			b.WriteRune(unicode.ToUpper(r))
			upper = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// replaces reports whether a change at path replaces the resource.
func (s *Schema) replaces(path resource.PropertyPath) bool {
	at := s
	for _, element := range path {
		name, ok := element.(string)
		if !ok {
			if at = at.Elem; at == nil {
				return false
			}
			continue
		}
		if at.Shape == ShapeMap {
			return false // the map's own property was looked at on the way
		}
		p, ok := at.Props[name]
		if !ok {
			return false
		}
		if p.Replace {
			return true
		}
		at = p.Schema
	}
	return false
}
