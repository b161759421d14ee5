package aws

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// shape is a JSON-like type.
type shape int

const (
	shapeString shape = iota
	shapeBool
	shapeInt
	shapeNumber
	shapeList
	shapeMap
	shapeObject
	shapeAsset
	// shapeAny is what the SDK types as interface{}: a string or a document.
	shapeAny
)

// schema is the type of a value: the SDK's argument type with the facts.
type schema struct {
	shape shape
	elem  *schema
	props map[string]*property
	// names are the keys of props in order, so that failures have an order.
	names []string
}

// property is one field of an object.
type property struct {
	schema   *schema
	fact     attribute
	required bool
	replace  bool
	// set says that the order of the list has no meaning.
	set bool
	// conflicts and oneOf are Pulumi names on the same level.
	conflicts, oneOf []string
}

var schemas sync.Map // *kind -> *schema

// schema returns the type's schema, built once by reflection over the SDK.
func (k *kind) schema() *schema {
	if s, ok := schemas.Load(k); ok {
		return s.(*schema)
	}
	s, _ := schemas.LoadOrStore(k, k.build())
	return s.(*schema)
}

func (k *kind) build() *schema {
	s := newSchema(k.args, loadFacts()[k.facts], k.rename)
	for name, p := range s.props {
		p.replace = p.replace || slices.Contains(k.replace, name)
		p.required = p.required || slices.Contains(k.required, name)
		if d, ok := k.defaults[name]; ok {
			p.fact.Default = d
		}
	}
	for _, group := range k.conflicts {
		for _, name := range group {
			for _, other := range group {
				if other != name {
					s.props[name].conflicts = append(s.props[name].conflicts, other)
				}
			}
		}
	}
	return s
}

// newSchema builds the schema of a Go type with what the facts say about it.
func newSchema(t reflect.Type, facts attributes, rename map[string]string) *schema {
	switch t.Kind() {
	case reflect.Pointer:
		return newSchema(t.Elem(), facts, rename)
	case reflect.String:
		return &schema{shape: shapeString}
	case reflect.Bool:
		return &schema{shape: shapeBool}
	case reflect.Int:
		return &schema{shape: shapeInt}
	case reflect.Float64:
		return &schema{shape: shapeNumber}
	case reflect.Slice:
		return &schema{shape: shapeList, elem: newSchema(t.Elem(), facts, rename)}
	case reflect.Map:
		return &schema{shape: shapeMap, elem: newSchema(t.Elem(), nil, nil)}
	case reflect.Struct:
		return newObject(t, facts, rename)
	case reflect.Interface:
		if t.NumMethod() > 0 { // pulumi.Archive, pulumi.AssetOrArchive
			return &schema{shape: shapeAsset}
		}
	}
	return &schema{shape: shapeAny}
}

func newObject(t reflect.Type, facts attributes, rename map[string]string) *schema {
	s := &schema{shape: shapeObject, props: map[string]*property{}}
	fields := map[string]bool{}
	for f := range t.Fields() {
		if tag := f.Tag.Get("pulumi"); tag != "" {
			fields[tag] = true
			s.names = append(s.names, tag)
		}
	}
	slices.Sort(s.names)
	byName := map[string]attribute{}
	for terraform, a := range facts {
		byName[pulumiName(terraform, fields, rename)] = a
	}
	for f := range t.Fields() {
		tag := f.Tag.Get("pulumi")
		if tag == "" {
			continue
		}
		a := byName[tag]
		scalar := f.Type.Kind() != reflect.Pointer && f.Type.Kind() != reflect.Slice &&
			f.Type.Kind() != reflect.Map && f.Type.Kind() != reflect.Interface
		s.props[tag] = &property{
			schema:    newSchema(f.Type, a.block(), nil),
			fact:      a,
			required:  scalar || a.Required,
			replace:   a.Replace,
			set:       a.Type == "Set",
			conflicts: siblings(a.ConflictsWith, fields, rename),
			oneOf:     siblings(a.ExactlyOneOf, fields, rename),
		}
	}
	return s
}

// siblings maps Terraform names of the same level to Pulumi's. A name with an
// index, such as website.0.index_document, is named from the root: its last part
// is on the level of the attribute that names it.
func siblings(names []string, fields map[string]bool, rename map[string]string) []string {
	var out []string
	for _, n := range names {
		n = n[strings.LastIndexByte(n, '.')+1:]
		if p := pulumiName(n, fields, rename); fields[p] {
			out = append(out, p)
		}
	}
	return out
}

// pulumiName finds the field that stands for a Terraform attribute: camelCase,
// plural for a list, or what rename says.
func pulumiName(terraform string, fields map[string]bool, rename map[string]string) string {
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
func (s *schema) replaces(path resource.PropertyPath) bool {
	at := s
	for _, element := range path {
		name, ok := element.(string)
		if !ok {
			if at = at.elem; at == nil {
				return false
			}
			continue
		}
		if at.shape == shapeMap {
			return false // the map's own property was looked at on the way
		}
		p, ok := at.props[name]
		if !ok {
			return false
		}
		if p.replace {
			return true
		}
		at = p.schema
	}
	return false
}
