package awsrules

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// Failure is one value that AWS would refuse.
type Failure struct {
	// Property is the path of the value, such as "environment.variables.1A".
	Property string
	// Reason says what is wrong, in AWS's wording where AWS has one. It has no
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

// rule tests the values at one path.
type rule struct {
	// at is a path of names. A name that ends in [] stands for each element of a
	// list, {} for each value of a map, {key} for each key of a map.
	at     string
	test   test
	source string
}

// rules are a type's rules: those of single values and those of several.
type rules struct {
	values []rule
	// whole tests what depends on more than one property.
	whole func(inputs) []Failure
}

// tables has the rules of every type that has some.
var tables = map[tokens.Type]rules{}

func register(t tokens.Type, r rules) struct{} {
	tables[t] = r
	return struct{}{}
}

// Check returns what AWS would refuse in the inputs of a resource of type t. A
// type without rules has no failures. Unknown values pass; secret values are
// tested and never shown.
func Check(t tokens.Type, in resource.PropertyMap) []Failure {
	table, ok := tables[t]
	if !ok {
		return nil
	}
	var failures []Failure
	root := resource.NewObjectProperty(in)
	for _, r := range table.values {
		each(root, strings.Split(r.at, "."), "", false, func(path string, v resource.PropertyValue, secret bool) {
			if reason := r.test(subject{name: path, value: v, secret: secret}); reason != "" {
				failures = append(failures, Failure{Property: path, Reason: reason, Source: r.source})
			}
		})
	}
	if table.whole != nil {
		failures = append(failures, table.whole(inputs(in))...)
	}
	return append(failures, checkTags(inputs(in))...)
}

// each calls visit for every known value at a path.
func each(v resource.PropertyValue, path []string, at string, secret bool,
	visit func(path string, v resource.PropertyValue, secret bool),
) {
	v, hidden, known := reveal(v)
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
	next, hidden, known = reveal(next)
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

// reveal takes the marks off a value: whether it is secret, and whether it is known.
func reveal(v resource.PropertyValue) (plain resource.PropertyValue, secret, known bool) {
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
