package config

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// reader turns YAML values into Go's and collects what is wrong. Without a file
// it names the configuration's key instead of a place.
type reader struct {
	file     string
	resource string
	problems problem.List
	// partial says that not every key is there: one of them is being set.
	partial bool
}

func (r *reader) add(n *yaml.Node, summary, detail, hint string) {
	p := problem.Problem{File: r.file, Summary: summary, Detail: detail, Hint: hint}
	if r.file == "" {
		p.Resource = r.resource
	} else {
		p.Line, p.Column = n.Line, n.Column
	}
	r.problems = append(r.problems, p)
}

// addError adds a problem that knows no place.
func (r *reader) addError(n *yaml.Node, err error) {
	var p problem.Problem
	if !errors.As(err, &p) {
		r.add(n, err.Error(), "", "")
		return
	}
	summary := p.Summary
	if p.Resource != "" {
		summary = p.Resource + ": " + summary
	}
	r.add(n, summary, p.Detail, p.Hint)
}

const (
	secretSummary = " cannot be a secret"
	secretHint    = "only keys of a program of your own and of providers can; write it in clear"
)

func (r *reader) wrongSecret(what string) { r.add(nil, what+secretSummary, "", secretHint) }

func (r *reader) wrongType(n *yaml.Node, what, want, hint string) {
	if isSecure(n) {
		r.add(n, what+secretSummary, "", secretHint)
		return
	}
	r.add(n, what+" is not "+want, "it is "+kindOf(n), hint)
}

// text reads a text; numbers and booleans need quotes, or 012 would become 10.
func (r *reader) text(n *yaml.Node, what string) (string, bool) {
	v := resolve(n)
	if !isString(v) {
		hint := "write a text"
		if v.Kind == yaml.ScalarNode {
			hint = "put it in quotes"
		}
		r.wrongType(n, what, "a text", hint)
		return "", false
	}
	if v.Value == "" {
		r.add(n, what+" is empty", "", "give it a value, or remove the key")
		return "", false
	}
	return v.Value, true
}

// integer reads a whole number; as a text too, since pulumi config set writes texts.
func (r *reader) integer(n *yaml.Node, what string) (int, bool) {
	v := resolve(n)
	if v.Kind == yaml.ScalarNode && (v.ShortTag() == "!!int" || v.ShortTag() == "!!str") {
		if i, err := strconv.Atoi(v.Value); err == nil {
			return i, true
		}
	}
	r.wrongType(n, what, "a whole number", "write digits only")
	return 0, false
}

// decimal reads a number with or without a fraction; as a text too, since pulumi
// config set writes texts.
func (r *reader) decimal(n *yaml.Node, what string) (float64, bool) {
	v := resolve(n)
	if v.Kind == yaml.ScalarNode && (v.ShortTag() == "!!int" || v.ShortTag() == "!!float" || v.ShortTag() == "!!str") {
		if f, err := strconv.ParseFloat(v.Value, 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f, true
		}
	}
	r.wrongType(n, what, "a number", "write digits, such as 0.5")
	return 0, false
}

// boolean reads true or false; as a text too, since pulumi config set writes texts.
func (r *reader) boolean(n *yaml.Node, what string) (bool, bool) {
	v := resolve(n)
	if v.Kind == yaml.ScalarNode && (v.ShortTag() == "!!bool" || v.ShortTag() == "!!str") {
		switch v.Value {
		case "true", "True", "TRUE":
			return true, true
		case "false", "False", "FALSE":
			return false, true
		}
	}
	r.wrongType(n, what, "true or false", "write true or false")
	return false, false
}

// list reads the items of a list.
func (r *reader) list(n *yaml.Node, what, example string) []*yaml.Node {
	v := resolve(n)
	if v.Kind != yaml.SequenceNode {
		r.wrongType(n, what, "a list", "write it as "+example)
		return nil
	}
	return v.Content
}

// mapping reads the pairs of a mapping.
func (r *reader) mapping(n *yaml.Node, what, example string) []pair {
	v := resolve(n)
	if v.Kind != yaml.MappingNode || isSecure(v) {
		r.wrongType(n, what, "a mapping", "write it as "+example)
		return nil
	}
	d := document{file: r.file}
	pairs, problems := d.pairs(v)
	for _, p := range problems {
		if r.file == "" {
			p = problem.Problem{Resource: r.resource, Summary: p.Summary, Detail: p.Detail, Hint: p.Hint}
		}
		r.problems = append(r.problems, p)
	}
	return pairs
}

// field is one key of a configuration of type T.
type field[T any] struct {
	name string
	// required keys are missed when they are not there.
	required bool
	// example stands in hints, as it would stand behind the key. A key without
	// one is known only to be refused, and not suggested.
	example string
	read    func(r *reader, n *yaml.Node, into *T)
}

func fieldNames[T any](fields []field[T]) []string {
	var names []string
	for _, f := range fields {
		if f.example != "" {
			names = append(names, f.name)
		}
	}
	return names
}

// readFields reads the keys of dorc's own namespace; those of other namespaces
// configure Pulumi's providers and are left alone. Unless partial, required keys
// must be there.
func readFields[T any](r *reader, pairs []pair, fields []field[T], into *T, partial bool) map[string]*yaml.Node {
	seen := map[string]*yaml.Node{}
	byName := map[string]field[T]{}
	for _, f := range fields {
		byName[f.name] = f
	}
	for _, p := range pairs {
		if p.namespace != ProjectName {
			continue
		}
		f, known := byName[p.name]
		switch {
		case !known:
			r.unknown(p.key, p.name, fieldNames(fields))
		case isNull(p.value):
			// An empty value is as none, as Pulumi warns too.
		default:
			seen[p.name] = p.value
			f.read(r, p.value, into)
		}
	}
	for _, f := range fields {
		if f.required && seen[f.name] == nil && !partial {
			r.missing(f.name, f.example)
		}
	}
	return seen
}

// readBlock reads the keys of a mapping inside of a value.
func readBlock[T any](r *reader, n *yaml.Node, what string, fields []field[T], into *T) map[string]*yaml.Node {
	if v := resolve(n); v.Kind != yaml.MappingNode || isSecure(v) {
		r.wrongType(n, what, "a mapping", knownKeys(fieldNames(fields)))
		return nil
	}
	pairs := r.mapping(n, what, "")
	for i := range pairs {
		pairs[i].namespace, pairs[i].name = ProjectName, pairs[i].key.Value
	}
	seen := readFields(r, pairs, fields, into, true)
	for _, f := range fields {
		if f.required && seen[f.name] == nil && !r.partial {
			r.add(n, what+" has no "+f.name, "", "add "+f.name+": "+f.example)
		}
	}
	return seen
}

func (r *reader) unknown(n *yaml.Node, name string, known []string) {
	hint := knownKeys(known)
	if near := nearestKey(name, known); near != "" {
		hint = "did you mean " + near + "?"
	}
	r.add(n, "unknown key "+quote(name), "", hint)
}

// maxListed is how many names a hint lists.
const maxListed = 10

func knownKeys(known []string) string {
	if len(known) > maxListed {
		return "docs/configuration.md has the known keys"
	}
	return "known keys are " + join(known)
}

// nearestKey also finds vpcId and vpc for vpc_id.
func nearestKey(name string, known []string) string {
	fold := func(s string) string {
		return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(s))
	}
	for _, k := range known {
		if fold(k) == fold(name) {
			return k
		}
	}
	if near := problem.Nearest(name, known); near != "" {
		return near
	}
	for _, k := range known {
		if len(name) >= 3 && strings.HasPrefix(fold(k), fold(name)) {
			return k
		}
	}
	return ""
}

// sorted are the problems in the order of the file; those without a line come last.
func (r *reader) sorted() error {
	slices.SortStableFunc(r.problems, func(a, b problem.Problem) int {
		switch {
		case a.Line == b.Line:
			return cmp.Compare(a.Column, b.Column)
		case a.Line == 0:
			return 1
		case b.Line == 0:
			return -1
		default:
			return cmp.Compare(a.Line, b.Line)
		}
	})
	return r.problems.Err()
}

func (r *reader) missing(name, example string) {
	p := problem.Problem{File: r.file, Summary: "missing key " + name, Hint: "add " + quote(name+": "+example) + " below config:"}
	if r.file == "" {
		p.Resource = r.resource
	}
	r.problems = append(r.problems, p)
}

func join(words []string) string {
	out := ""
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			out += " and "
		default:
			out += ", "
		}
		out += w
	}
	return out
}
