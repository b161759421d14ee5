package jinja

import "slices"

// Template is what a template names.
type Template struct {
	// Variables are those that are read, each once, in the order of the text.
	Variables []Variable
	// Given are the names that the template gives something to: by set, for, with,
	// macro, call and import.
	Given []string
	// Attributes are what is read of variables, as in params.days and params['days'].
	Attributes []Attribute
	// Loads are the templates that it includes, imports or extends.
	Loads []Load
}

// Variable is a name that a template reads, with its first place.
type Variable struct {
	Name         string
	Line, Column int
}

// Attribute is a part of a variable that a template reads.
type Attribute struct {
	// Variable and Name are those of params.days.
	Variable, Name string
	// Line and Column are where the name stands.
	Line, Column int
}

// Load is another template.
type Load struct {
	// Tag is "include", "import", "from" or "extends".
	Tag string
	// Names are the templates, any of which may be taken; nil when an expression says it.
	Names []string
	// Line and Column are where the name stands.
	Line, Column int
}

// Uses reports whether the template reads a variable, or calls it.
func (t *Template) Uses(name string) bool {
	return slices.ContainsFunc(t.Variables, func(v Variable) bool { return v.Name == name })
}

// Parse reads a template. It stops at the first mistake, as Jinja does.
func Parse(source string) (*Template, *Error) {
	tokens, broken := tokenize(source)
	p := &parser{tokens: tokens, broken: broken, template: &Template{}, blocks: map[string]bool{}}
	if err := p.run(); err != nil {
		return nil, err
	}
	return p.template, nil
}
