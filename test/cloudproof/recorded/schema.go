package recorded

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// object is the schema of a resource's inputs or of a block in them.
type object map[string]*field

// field is one property: its type as the SDK has it, with the facts.
type field struct {
	fact     attribute
	kind     reflect.Kind // of the value; Interface is a text or a document, or an asset
	asset    bool
	required bool
	replace  bool
	// inner is the block of an object, or of a list's elements.
	inner object
	// elem is the kind of a list's elements.
	elem reflect.Kind
	// excludes and oneOf are names on the same level.
	excludes, oneOf []string
}

func (o object) names() []string { return slices.Sorted(maps.Keys(o)) }

// schema is the type's inputs, and the names of what only the provider gives.
func (r *resourceType) schema(facts Facts) (inputs object, computed map[string]bool, err error) {
	if r.terraform != "" && facts[r.terraform] == nil {
		return nil, nil, fmt.Errorf("the facts do not have %s", r.terraform)
	}
	inputs, err = newObject(r.args, facts[r.terraform], r.rename)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range r.replace {
		inputs[name].replace = true
	}
	for _, name := range r.exclusive {
		inputs[name].excludes = slices.DeleteFunc(slices.Clone(r.exclusive), func(other string) bool { return other == name })
	}
	computed = map[string]bool{}
	for f := range r.state.Fields() {
		name := f.Tag.Get("pulumi")
		if name == "" {
			continue
		}
		in := inputs[name]
		// A resource property that is never nil has a value also when none is given.
		always := !strings.Contains(f.Type.Name(), "Ptr") && !strings.HasSuffix(f.Type.Name(), "ArrayOutput") && !strings.HasSuffix(f.Type.Name(), "MapOutput")
		computed[name] = in == nil || in.fact.Computed || (always && !in.required && in.fact.Default == nil)
	}
	return inputs, computed, nil
}

func newObject(t reflect.Type, facts attributes, rename map[string]string) (object, error) {
	o := object{}
	for f := range t.Fields() {
		if name := f.Tag.Get("pulumi"); name != "" {
			o[name] = nil
		}
	}
	has := func(name string) bool { _, ok := o[name]; return ok }
	known := map[string]attribute{}
	for terraform, a := range facts {
		known[pulumiName(terraform, has, rename)] = a
	}
	for f := range t.Fields() {
		name := f.Tag.Get("pulumi")
		if name == "" {
			continue
		}
		made, err := newField(f.Type, known[name])
		if err != nil {
			return nil, err
		}
		made.excludes = siblings(known[name].ConflictsWith, has, rename)
		made.oneOf = siblings(known[name].ExactlyOneOf, has, rename)
		if len(made.oneOf) > 0 && !slices.Contains(made.oneOf, name) {
			made.oneOf = append(made.oneOf, name) // some facts name the others only
		}
		o[name] = made
	}
	return o, nil
}

func newField(t reflect.Type, a attribute) (*field, error) {
	f := &field{fact: a, replace: a.Replace, required: a.Required}
	switch t.Kind() {
	case reflect.Pointer:
		t = t.Elem()
	case reflect.String, reflect.Bool, reflect.Int, reflect.Float64, reflect.Struct:
		f.required = true // the SDK has no pointer for what must be given
	}
	f.kind = t.Kind()
	f.asset = t.Kind() == reflect.Interface && t.NumMethod() > 0
	block := t
	if t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		block = t.Elem()
		f.elem = block.Kind()
	}
	if block.Kind() != reflect.Struct {
		return f, nil
	}
	facts, err := a.block()
	if err != nil {
		return nil, err
	}
	f.inner, err = newObject(block, facts, nil)
	return f, err
}

// siblings are Pulumi's names of attributes on the same level. Terraform writes
// some of them from the root, as website.0.index_document.
func siblings(terraform []string, has func(string) bool, rename map[string]string) []string {
	var names []string
	for _, n := range terraform {
		if p := pulumiName(n[strings.LastIndexByte(n, '.')+1:], has, rename); has(p) {
			names = append(names, p)
		}
	}
	return names
}
