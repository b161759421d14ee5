package airflow

import "slices"

// Operator is an operator or sensor class with what its constructor accepts.
type Operator struct {
	// Class is the importable dotted name.
	Class string
	// Parameters are the operator's own, those of its base classes but BaseOperator
	// included, in the order of the constructors.
	Parameters []Parameter
	// Sensor tells that it is a sensor.
	Sensor bool
	// Abstract tells that the class is a base for others and cannot be used itself.
	Abstract bool
	// Open tells that the constructor keeps any other argument too: none is unknown to it.
	Open bool
	// Base tells that BaseOperator's arguments (Catalog.Base) are accepted, less Given.
	Base bool
	// Given are arguments of base classes that the operator sets itself; to give them
	// is an error.
	Given []string
	// TemplateFields are the arguments that Airflow renders with Jinja; TemplateExt are
	// the endings of names of files that are read for them.
	TemplateFields, TemplateExt []string
	// Deprecated tells that the class says so itself, Instead what it says to use:
	// class names, or nothing.
	Deprecated bool
	Instead    []string

	base []string
}

// Parameter is one parameter of an operator's constructors.
type Parameter struct {
	// Name is also the argument's name in YAML.
	Name string
	// Required tells that it has no default.
	Required bool
	// Keyword tells that it cannot be given by position.
	Keyword bool
}

// Argument tells whether the operator accepts an argument of this name.
func (o *Operator) Argument(name string) bool {
	if slices.ContainsFunc(o.Parameters, func(p Parameter) bool { return p.Name == name }) {
		return true
	}
	if slices.Contains(o.Given, name) {
		return false
	}
	return o.Open || o.Base && slices.Contains(o.base, name)
}

// Required are the arguments that must be given, besides task_id, which every operator needs.
func (o *Operator) Required() (names []string) {
	for _, p := range o.Parameters {
		if p.Required && p.Name != "task_id" {
			names = append(names, p.Name)
		}
	}
	return names
}

// Arguments are the names of all arguments that are accepted: the operator's own in
// order, then BaseOperator's. An Open one accepts others besides.
func (o *Operator) Arguments() (names []string) {
	for _, p := range o.Parameters {
		names = append(names, p.Name)
	}
	if !o.Base {
		return names
	}
	for _, name := range o.base {
		if !slices.Contains(names, name) && !slices.Contains(o.Given, name) {
			names = append(names, name)
		}
	}
	return names
}
