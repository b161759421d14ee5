package rules

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Failure is one value that the cloud would refuse.
type Failure struct {
	// Property is the path of the value, such as "environment.variables.1A".
	Property string
	// Reason says what is wrong, in the cloud's wording where it has one. It has no
	// secret value.
	Reason string
	// Source is the address of the page that states the rule.
	Source string
}

// String renders the reason with its source.
func (f Failure) String() string {
	if f.Source == "" {
		return f.Reason
	}
	return fmt.Sprintf("%s (%s)", f.Reason, f.Source)
}

// Rule tests the values at one path.
type Rule struct {
	// At is a path of names. A name that ends in [] stands for each element of a
	// list, {} for each value of a map, {key} for each key of a map.
	At     string
	Test   Test
	Source string
}

// Rules are a type's rules: those of single values and those of several.
type Rules struct {
	Values []Rule
	// Whole tests what depends on more than one property. It may be nil.
	Whole func(Inputs) []Failure
}

// Check returns what the rules refuse in the inputs of a resource.
func (r Rules) Check(in resource.PropertyMap) []Failure {
	var failures []Failure
	root := resource.NewObjectProperty(in)
	for _, rule := range r.Values {
		each(root, strings.Split(rule.At, "."), "", false, func(path string, v resource.PropertyValue, secret bool) {
			if reason := rule.Test(Subject{Name: path, Value: v, Secret: secret}); reason != "" {
				failures = append(failures, Failure{Property: path, Reason: reason, Source: rule.Source})
			}
		})
	}
	if r.Whole != nil {
		failures = append(failures, r.Whole(Inputs(in))...)
	}
	return failures
}

// each calls visit for every known value at a path.
func each(v resource.PropertyValue, path []string, at string, secret bool,
	visit func(path string, v resource.PropertyValue, secret bool),
) {
	v, hidden, known := Reveal(v)
	secret = secret || hidden
	if !known || v.IsNull() {
		return
	}
	if len(path) == 0 {
		visit(at, v, secret)
		return
	}
	name, suffix := splitSuffix(path[0])
	if !v.IsObject() {
		return
	}
	next, ok := v.ObjectValue()[resource.PropertyKey(name)]
	if !ok {
		return
	}
	here := strings.TrimPrefix(at+"."+name, ".")
	next, hidden, known = Reveal(next)
	secret = secret || hidden
	switch {
	case !known:
	case suffix == "":
		each(next, path[1:], here, secret, visit)
	case suffix == "[]" && next.IsArray():
		for i, e := range next.ArrayValue() {
			each(e, path[1:], fmt.Sprintf("%s[%d]", here, i), secret, visit)
		}
	case next.IsObject():
		for _, k := range next.ObjectValue().StableKeys() {
			e := next.ObjectValue()[k]
			if suffix == "{key}" {
				e = resource.NewStringProperty(string(k)) // a key is shown in plans, so it is no secret
			}
			each(e, path[1:], here+"."+string(k), secret && suffix != "{key}", visit)
		}
	}
}

func splitSuffix(element string) (name, suffix string) {
	if i := strings.IndexAny(element, "[{"); i >= 0 {
		return element[:i], element[i:]
	}
	return element, ""
}

// Reveal takes the marks off a value: whether it is secret, and whether it is known.
func Reveal(v resource.PropertyValue) (plain resource.PropertyValue, secret, known bool) {
	for {
		switch {
		case v.IsSecret():
			v, secret = v.SecretValue().Element, true
		case v.IsOutput():
			o := v.OutputValue()
			if !o.Known {
				return v, secret || o.Secret, false
			}
			v, secret = o.Element, secret || o.Secret
		case v.IsComputed():
			return v, secret, false
		default:
			return v, secret, true
		}
	}
}
