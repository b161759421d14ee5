package compile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/dag"
)

var (
	classPath  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+$`)
	identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// operator writes a task of any class.
func (c *compiler) operator(t *dag.Task) error {
	if !classPath.MatchString(t.Target) {
		return refuse(t, "the operator is no class of Python", fmt.Sprintf("%q is given", t.Target), "Write the dotted name, such as airflow.sensors.python.PythonSensor.")
	}
	target, err := c.moved(t.Target)
	if err != nil {
		return err
	}
	known, err := c.known(target)
	if err != nil {
		return err
	}
	dot := strings.LastIndex(target, ".")
	name := c.class(class{target[:dot], target[dot+1:]})
	items := c.base(t, t.Identifier)
	for _, a := range t.Arguments {
		if !identifier.MatchString(a.Name) || keywords[a.Name] || slices.Contains([]string{"task_id", "dag", "task_group"}, a.Name) {
			at := t.Place
			at.Line, at.Column = a.Line, a.Column
			at.Summary = "an argument of " + t.Identifier + " cannot be given"
			at.Detail = fmt.Sprintf("%q is given", a.Name)
			return at
		}
		leaf := c.templated
		switch {
		case known != nil && !slices.Contains(known.TemplateFields, a.Name):
			leaf = text // Airflow does not render it
		case known != nil && slices.Contains(known.TemplateExt, ".sql"):
			leaf = c.templatedFile
		}
		value, err := c.value(a.Value, leaf)
		if err != nil {
			return err
		}
		items = slices.DeleteFunc(items, func(i item) bool { return i.prefix == a.Name+"=" })
		items = append(items, keyword(a.Name, value))
	}
	c.task(t, call(name, items...))
	return nil
}
