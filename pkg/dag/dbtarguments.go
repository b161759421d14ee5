package dag

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// dbtKnown are the options of dbt, and those of DOP, by whether they have a value.
// From https://docs.getdbt.com/reference/dbt-commands and the --help of dbt 1.9.
var dbtKnown = map[string]bool{
	"-m": true, "--models": true, "--model": true, "-s": true, "--select": true, "-x": false, "--fail-fast": false, "--no-fail-fast": false, "--threads": true,
	"--exclude": true, "--full-refresh": false, "-f": false, "--selector": true, "--indirect-selection": true, "--defer": false, "--no-defer": false,
	"--state": true, "--defer-state": true, "--favor-state": false, "--no-favor-state": false, "--store-failures": false, "--resource-type": true,
	"--exclude-resource-type": true, "--args": true, "--show": false, "--output": true, "--output-keys": true, "--inline": true, "--limit": true,
	"--empty": false, "--no-empty": false, "--sample": true, "--event-time-start": true, "--event-time-end": true, "--export-saved-queries": false,
	"--no-export-saved-queries": false, "--no-compile": false, "--compile": false, "--empty-catalog": false, "--static": false, "--introspect": false, "--no-introspect": false,
	"--no-populate-cache": false, "--populate-cache": false, "--cache-selected-only": false, "--no-cache-selected-only": false,
	"--partial-parse": false, "--no-partial-parse": false, "--static-parser": false, "--no-static-parser": false, "--no-version-check": false, "--version-check": false,
	"--warn-error": false, "--warn-error-options": true, "--debug": false, "-d": false, "--no-debug": false, "--quiet": false, "-q": false, "--no-quiet": false,
	"--print": false, "--no-print": false, "--log-format": true, "--log-level": true, "--single-threaded": false, "--no-single-threaded": false,
	"--write-json": false, "--no-write-json": false, "--send-anonymous-usage-stats": false, "--no-send-anonymous-usage-stats": false,
	// DOP's own: where docs generate puts the pages, and any command its results.
	"--bucket": true, "--bucket-path": true,
}

// dbtReserved are options that the compiled task sets.
var dbtReserved = map[string]string{
	"--project-dir": "the image has the project", "--profiles-dir": "the image has the profile", "--profile": "dbt_project.yml names it",
	"--target": "an environment has one target", "-t": "an environment has one target", "--vars": "the run's dates are given in it",
	"--use-colors": "logs have no colours", "--no-use-colors": "logs have no colours", "--target-path": "results are taken from there", "--log-path": "the pod's log has everything",
}

// dbtArguments reads a list of options with their values. They become arguments of a
// process, one each: no shell reads them.
func (t *taskReader) dbtArguments(n *yaml.Node) {
	if empty(n) {
		return
	}
	for _, item := range t.List(n, "arguments") {
		a := Argument{Line: item.Line, Column: item.Column}
		option, value := item, (*yaml.Node)(nil)
		ok := t.Object(item, "an argument", map[string]func(*yaml.Node){
			"option": func(n *yaml.Node) { a.Name, option = t.Text(n, "option"), n },
			"value":  func(n *yaml.Node) { value = n },
		}, "option")
		if !ok || a.Name == "" {
			continue
		}
		a.Line, a.Column = option.Line, option.Column
		if t.dbtOption(&a, option, value) {
			t.task.Arguments = append(t.task.Arguments, a)
		}
	}
}

// dbtOption checks one option and reads its value.
func (t *taskReader) dbtOption(a *Argument, option, value *yaml.Node) bool {
	takes, known := dbtKnown[a.Name]
	if why, reserved := dbtReserved[a.Name]; reserved {
		t.Refuse(option, fmt.Sprintf("the option %s is dorc's own", a.Name), why, "Remove it.")
		return false
	}
	if !known {
		var names []string
		for name := range dbtKnown {
			names = append(names, name)
		}
		hint := tree.DidYouMean(a.Name, sorted(names))
		if strings.ContainsAny(a.Name, " =") {
			hint = "Write the value under value."
		}
		t.Refuse(option, fmt.Sprintf("there is no option %q of dbt", tree.Shorten(a.Name)), "", hint)
		return false
	}
	if value == nil || empty(value) {
		if takes {
			t.Refuse(option, fmt.Sprintf("the option %s needs a value", a.Name), "", "Write it under value.")
		}
		return !takes
	}
	v := tree.Follow(value)
	switch {
	case !takes:
		t.Refuse(value, fmt.Sprintf("the option %s has no value", a.Name), "this is "+tree.Describe(value), "Remove value.")
	case v.Kind != yaml.ScalarNode || v.Tag == "!!bool" || isPython(v):
		t.Refuse(value, "the value of an option must be a text or a number", "this is "+tree.Describe(value), "")
	case v.Value == "" || strings.HasPrefix(v.Value, "-"):
		t.Refuse(value, "the value of an option begins with a - or is empty", "dbt would take it for another option", "")
	default:
		a.Value = v.Value
		t.template(value)
		return true
	}
	return false
}
