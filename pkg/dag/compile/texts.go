package compile

import (
	"fmt"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/dag"
)

// ownTexts are the texts of helpers that differ from file to file.
func (c *compiler) ownTexts() (map[string]string, error) {
	anew := map[string]string{}
	if c.helpers[names.name] {
		anew[names.name] = c.namesText()
	} else {
		anew[queryJob.name] = strings.Replace(queryJob.text, " + NAMES", "", 1)
	}
	if c.helpers[table.name] || c.helpers[partitionedTable.name] {
		anew[scope.name] = strings.TrimSuffix(scope.text, "\"\"\"\n") + forTables + "\"\"\"\n"
	}
	if c.dated {
		anew[dbtVars.name] = strings.Replace(dbtVars.text, "= json", "= NAMES + json", 1)
	}
	c.startTexts(anew)
	anew[dbtImages.name] = c.imagesText()
	if c.helpers[params.name] {
		n := dict()
		for _, p := range c.dag.Params {
			value, err := c.value(c.plain(p.Value), text)
			if err != nil {
				return nil, fmt.Errorf("the parameter %s: %w", p.Name, err)
			}
			n.items = append(n.items, key(p.Name, value))
		}
		var b strings.Builder
		b.WriteString("PARAMS = ")
		n.write(&b, 0, len("PARAMS = "), 0)
		anew[params.name] = b.String() + "\n"
		anew[parameters.name] = strings.Replace(parameters.text, `f"{DAG_ID}.{name}"`, formatted(c.dag.ID+".{name}"), 1)
	}
	return anew, nil
}

// formatted is an f-string of a text without quotes and braces but those of the format.
func formatted(s string) string { return "f" + quote(s) }

// plain is a parameter's value as JSON has it, for a Variable or a run's configuration
// to stand in for it: a date is the text that SQL would see.
func (c *compiler) plain(v any) any {
	switch v := v.(type) {
	case time.Time:
		if isDay(v, c.zone) {
			return v.Format(time.DateOnly)
		}
		return v.Format("2006-01-02 15:04:05.999999-07:00")
	case []any:
		all := make([]any, len(v))
		for i, one := range v {
			all[i] = c.plain(one)
		}
		return all
	case dag.Values:
		all := make(dag.Values, len(v))
		for i, one := range v {
			all[i] = dag.Argument{Name: one.Name, Value: c.plain(one.Value)}
		}
		return all
	}
	return v
}

func (c *compiler) namesText() string {
	var b strings.Builder
	b.WriteString("NAMES = r\"\"\"\n")
	if c.dated {
		b.WriteString(nameDates)
	}
	for _, n := range []struct {
		helper helper
		text   string
	}{{incremental, nameIncremental}, {parameters, nameParams}, {literals, nameLiteral}, {identifiers, nameIdentifier}} {
		if c.helpers[n.helper.name] {
			b.WriteString(n.text)
		}
	}
	if c.ofDOP {
		b.WriteString(nameOfDOP)
	}
	b.WriteString("\"\"\"\n")
	return b.String()
}
