package dag

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// operatorClass reads the class of an operator.
func (t *taskReader) operatorClass() {
	if why := dottedClass.refuses(t.task.Target); why != "" {
		t.Refuse(t.target, fmt.Sprintf("%q is no class of an operator", tree.Shorten(t.task.Target)), why, "")
		t.task.Action = ""
	}
}

// ownArguments are those that the compiled task sets itself.
var ownArguments = map[string]string{
	"task_id": "it is the identifier", "dag": "the task is one of this DAG", "task_group": "the task stands in no group",
}

// checkOperator holds a task against the operators of the image.
func (t *taskReader) checkOperator() {
	sound := t.argumentNames()
	images := t.reader.options.Images
	if len(images) == 0 {
		t.textsOf(t.options["arguments"], nil)
	}
	for _, image := range images {
		problems, warnings := len(t.Problems), len(t.dag.Warnings)
		t.checkIn(image, sound)
		// What is wrong in one image is most often wrong in the others too.
		t.Problems = once(t.Problems, problems)
		t.dag.Warnings = once(t.dag.Warnings, warnings)
	}
}

// once drops from the end of a list what it says before at the same place.
func once(all problem.List, from int) problem.List {
	kept := all[:from]
	for _, p := range all[from:] {
		if !slices.ContainsFunc(kept, func(k problem.Problem) bool {
			return k.File == p.File && k.Line == p.Line && k.Column == p.Column && k.Summary == p.Summary
		}) {
			kept = append(kept, p)
		}
	}
	return kept
}

// checkIn holds the task against the operators of one image.
func (t *taskReader) checkIn(image airflow.Image, sound bool) {
	arguments := t.options["arguments"]
	catalog, err := image.Catalog()
	if err != nil {
		t.Refuse(t.target, "the operator cannot be checked", err.Error(), "")
		return
	}
	operator := t.operator(catalog)
	if operator == nil {
		t.textsOf(arguments, nil)
		return
	}
	if sound {
		t.accepted(operator, image)
	}
	t.required(operator)
	t.textsOf(arguments, operator)
}

// argumentNames refuses names that no argument of Python has, and those that dorc sets.
func (t *taskReader) argumentNames() bool {
	before := len(t.Problems)
	for _, a := range t.task.Arguments {
		at := &yaml.Node{Line: a.Line, Column: a.Column}
		switch why := ownArguments[a.Name]; {
		case why != "":
			t.Refuse(at, fmt.Sprintf("the argument %q is dorc's own", a.Name), why, "Remove it.")
		case !isIdentifier(a.Name):
			t.Refuse(at, fmt.Sprintf("%q cannot be the name of an argument", tree.Shorten(a.Name)), identifierRule, "")
		}
	}
	return len(t.Problems) == before
}

// operator finds the class, by today's name when it has an old one; nil when nothing
// is known of it. The task keeps the name that was written: another image may have
// another of today.
func (t *taskReader) operator(catalog *airflow.Catalog) *airflow.Operator {
	class := t.task.Target
	if today, moved := catalog.Moved(class); moved {
		t.warn(t.target, "the operator has another name today", "in Airflow "+catalog.Airflow+" "+class+" is "+today, "Write target: "+today)
		class = today
	}
	operator, known := catalog.Operator(class)
	switch {
	case known && operator.Abstract:
		t.Refuse(t.target, "the class is a base of operators, and none itself", class, "Write one of those that are made of it.")
	case known:
		if operator.Deprecated {
			hint := ""
			if len(operator.Instead) > 0 {
				hint = "Write " + list(operator.Instead) + "."
			}
			t.warn(t.target, "the operator will go", class+" says so itself", hint)
		}
	case catalog.Covers(class):
		hint := ""
		if near := catalog.Nearest(class); near != "" {
			hint = fmt.Sprintf("Did you mean %q?", near)
		}
		t.Refuse(t.target, fmt.Sprintf("there is no operator %q", tree.Shorten(class)), "the image has Airflow "+catalog.Airflow, hint)
	default:
		t.warn(t.target, "the operator is not one of the image's", class+" must come from a package of pypi_packages; its arguments were not checked", "")
	}
	return operator
}

// accepted refuses arguments that the operator does not have, or sets itself.
func (t *taskReader) accepted(operator *airflow.Operator, image airflow.Image) {
	for _, a := range t.task.Arguments {
		if operator.Argument(a.Name) {
			continue
		}
		at := &yaml.Node{Line: a.Line, Column: a.Column}
		from := "in " + packageOf(operator.Class, image)
		if slices.Contains(operator.Given, a.Name) {
			t.Refuse(at, fmt.Sprintf("the operator sets %q itself", a.Name), operator.Class+" "+from, "Remove it.")
			continue
		}
		known := operator.Arguments()
		own := known
		if len(operator.Parameters) > 0 {
			own = known[:len(operator.Parameters)]
		}
		t.Refuse(at, fmt.Sprintf("the operator has no argument %q", tree.Shorten(a.Name)),
			fmt.Sprintf("%s %s has: %s", operator.Class, from, list(own)), tree.DidYouMean(a.Name, known))
	}
}

// required refuses a task that lacks an argument.
func (t *taskReader) required(operator *airflow.Operator) {
	var missing []string
	for _, name := range operator.Required() {
		if !slices.ContainsFunc(t.task.Arguments, func(a Argument) bool { return a.Name == name }) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		t.Refuse(t.target, "the operator lacks arguments", operator.Class+" needs "+list(missing), "Write them under options.arguments.")
	}
}

// packageOf is the package of a class with its version in the image.
func packageOf(class string, image airflow.Image) string {
	packages := image.Packages()
	words := strings.Split(class, ".")
	if len(words) > 3 && words[1] == "providers" {
		for n := len(words) - 1; n > 2; n-- {
			name := "apache-airflow-providers-" + strings.Join(words[2:n], "-")
			name = strings.ReplaceAll(name, "_", "-")
			if version := packages[name]; version != "" {
				return name + " " + version
			}
		}
	}
	return "Airflow " + image.Airflow
}
