package expression

import (
	"maps"
	"slices"
	"strings"
)

// Parameter is an argument of a function of the standard library.
type Parameter struct {
	Name     string
	Optional bool
}

// Function is a function of the standard library.
// https://cloud.google.com/workflows/docs/reference/stdlib/overview
type Function struct {
	Name       string
	Parameters []Parameter
	// Blocking functions can be called by a step only, not in an expression.
	Blocking bool
	// Unmodelled functions exist, but dorc neither checks their arguments nor runs
	// them.
	Unmodelled bool
	// pure computes the result from the arguments; nil for a function that needs
	// something from outside, which package execute has.
	pure func(a arguments) (any, error)
}

// arguments are by position; nil stands for one that is not given.
type arguments []any

// define reads "name(a, b, c?)"; an argument with a question mark is optional.
func define(signature string, pure func(a arguments) (any, error)) Function {
	name, list, _ := strings.Cut(strings.TrimSuffix(signature, ")"), "(")
	f := Function{Name: name, pure: pure}
	for _, p := range strings.Split(list, ", ") {
		if p != "" {
			bare, optional := strings.CutSuffix(p, "?")
			f.Parameters = append(f.Parameters, Parameter{bare, optional})
		}
	}
	return f
}

const httpArguments = "url, timeout?, body?, headers?, query?, auth?, private_service_name?, ca_certificate?)"

var library = func() map[string]Function {
	all := map[string]Function{}
	add := func(functions ...Function) {
		for _, f := range functions {
			all[f.Name] = f
		}
	}
	add(helpers...)
	add(texts...)
	add(collections...)
	add(encodings...)
	add(maths...)
	add(times...)
	add(define("retry.always(exception)", always), define("retry.never(exception)", never),
		define("http.default_retry_predicate(exception)", retryIdempotent),
		define("http.default_retry_predicate_non_idempotent(exception)", retryNonIdempotent))
	add(define("sys.get_env(name, default?)", nil), define("sys.now()", nil), define("uuid.generate()", nil))
	for _, signature := range []string{
		"http.get(" + httpArguments, "http.post(" + httpArguments, "http.put(" + httpArguments, "http.patch(" + httpArguments,
		"http.delete(" + httpArguments, "http.request(method, " + httpArguments,
		"sys.log(data?, severity?, text?, json?, timeout?)", "sys.sleep(seconds)", "sys.sleep_until(time)",
	} {
		f := define(signature, nil)
		f.Blocking = true
		add(f)
	}
	for _, name := range []string{"events.create_callback_endpoint", "events.await_callback", "experimental.executions.run", "experimental.executions.map"} {
		add(Function{Name: name, Blocking: true, Unmodelled: true})
	}
	add(Function{Name: "get_type", Unmodelled: true})
	return all
}()

// Library returns the function of that dotted name.
func Library(name string) (Function, bool) {
	f, ok := library[name]
	return f, ok
}

// Names are the dotted names of all functions and constants, in alphabetical
// order.
func Names() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for name := range constantsOfLibrary {
			if !yield(name) {
				return
			}
		}
		maps.Keys(library)(yield)
	})
}

// Pure says that Call can compute the function.
func (f Function) Pure() bool { return f.pure != nil }

// Call computes a pure function. An error is a *Fault.
func (f Function) Call(given []any) (any, error) {
	if err := f.Accepts(given); err != nil {
		return nil, err
	}
	return f.pure(append(append(arguments{}, given...), make([]any, len(f.Parameters)-len(given))...))
}

// Accepts checks the number of arguments by position. An error is a *Fault.
func (f Function) Accepts(given []any) error {
	required := 0
	for _, p := range f.Parameters {
		if !p.Optional {
			required++
		}
	}
	if len(given) < required || len(given) > len(f.Parameters) {
		return Faultf(TypeError, "%s takes %s; %d are given", f.Name, f.Usage(), len(given))
	}
	return nil
}

// Usage lists the arguments for people: "source, separator (optional)".
func (f Function) Usage() string {
	if len(f.Parameters) == 0 {
		return "no arguments"
	}
	words := make([]string, len(f.Parameters))
	for i, p := range f.Parameters {
		words[i] = p.Name
		if p.Optional {
			words[i] += " (optional)"
		}
	}
	return strings.Join(words, ", ")
}

// Connector says whether a name has the form of a connector's function, such as
// googleapis.pubsub.v1.projects.topics.publish.
// https://cloud.google.com/workflows/docs/reference/googleapis
func Connector(name string) bool { return connectorForm.MatchString(name) }
