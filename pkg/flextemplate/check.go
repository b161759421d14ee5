package flextemplate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/internal/tree"
)

// Finding is what is wrong with one parameter of a launch.
type Finding struct {
	// Parameter is its name.
	Parameter string
	// Missing says that it is not given.
	Missing bool
	// Summary, Detail and Hint are those of a problem.
	Summary, Detail, Hint string
}

// Check holds the parameters of a launch against the metadata, as Dataflow does.
// Without parameters in the metadata any are right. The findings are in the order
// of the names.
func (m Metadata) Check(values map[string]string) []Finding {
	if len(m.Parameters) == 0 {
		return nil
	}
	var found []Finding
	known := map[string]Parameter{}
	var names []string
	for _, p := range m.Parameters {
		known[p.Name] = p
		names = append(names, p.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		p, ok := known[name]
		if !ok {
			found = append(found, Finding{Parameter: name, Summary: fmt.Sprintf("the template has no parameter %q", name),
				Detail: "its parameters are: " + tree.Shorten(strings.Join(names, ", ")), Hint: tree.DidYouMean(name, names)})
			continue
		}
		found = append(found, p.check(values[name])...)
	}
	for _, p := range m.Parameters {
		if _, given := values[p.Name]; !given && !p.IsOptional {
			found = append(found, Finding{Parameter: p.Name, Missing: true, Summary: fmt.Sprintf("the parameter %s is required and has no value", p.Name),
				Detail: p.HelpText, Hint: `Give it a value in parameters, or write "isOptional": true in metadata.json.`})
		}
	}
	slices.SortStableFunc(found, func(a, b Finding) int { return strings.Compare(a.Parameter, b.Parameter) })
	return found
}

// check holds a value against the expressions and the options.
func (p Parameter) check(value string) []Finding {
	var found []Finding
	refuse := func(detail, hint string) {
		found = append(found, Finding{Parameter: p.Name, Detail: detail, Hint: hint,
			Summary: fmt.Sprintf("%q cannot be the parameter %s", tree.Shorten(value), p.Name)})
	}
	for _, text := range p.Regexes {
		// ReadMetadata refuses what is none; a template from elsewhere may have one.
		if e, err := whole(text); err == nil && !e.MatchString(value) {
			refuse("metadata.json demands "+text, p.HelpText)
		}
	}
	if len(p.EnumOptions) == 0 {
		return found
	}
	var options []string
	for _, o := range p.EnumOptions {
		options = append(options, o.Value)
	}
	if !slices.Contains(options, value) {
		refuse("it is one of: "+strings.Join(options, ", "), tree.DidYouMean(value, options))
	}
	return found
}

// Described is the metadata of a pipeline without a metadata.json: each of its
// parameters takes any text. A launch need not give those that have a default.
func Described(name, description string, streaming bool, parameters ...Parameter) Metadata {
	m := Metadata{Name: name, Description: description, Streaming: streaming}
	for _, p := range parameters {
		if p.Label == "" {
			p.Label = p.Name
		}
		if p.HelpText == "" {
			p.HelpText = fmt.Sprintf("The parameter %s of the pipeline.", p.Name)
		}
		m.Parameters = append(m.Parameters, p)
	}
	return m
}
