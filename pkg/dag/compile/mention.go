package compile

import (
	"regexp"
	"strings"
)

var (
	word    = regexp.MustCompile(`\b(params|literal|is_incremental)\b`)
	dopWord = regexp.MustCompile(`\bparams\s*(\.\s*|\[\s*['"])(params|task)\b`)
)

// mention gives the file what a template mentions, and says whether it is anything.
func (c *compiler) mention(template string) bool {
	if !strings.Contains(template, "{") {
		return false
	}
	found := false
	for _, w := range word.FindAllString(template, -1) {
		switch {
		case w == "is_incremental":
			c.needName(incremental)
			found = true
		case len(c.dag.Params) > 0:
			c.needName(parameters)
			if w == "literal" {
				c.needName(literals)
			}
			found = true
		}
	}
	if found && c.dag.DOP && c.helpers[parameters.name] && dopWord.MatchString(template) {
		c.ofDOP = true
	}
	return found
}

// needName is need for one of names.
func (c *compiler) needName(h helper) {
	c.need(names)
	c.need(h)
}

// templated is a text that Airflow renders: in it the names of the definition are known
// as in SQL.
func (c *compiler) templated(s string) node {
	n := text(s)
	if c.mention(s) {
		n.plus = names.name
	}
	return n
}

// templatedFile is templated for an argument that may also be the name of a file with
// the template.
func (c *compiler) templatedFile(s string) node {
	for _, f := range c.dag.SQL {
		if f.Path == s && c.mention(f.Text) {
			n := text("{% include " + quote(s) + " %}")
			n.plus = names.name
			return n
		}
	}
	return c.templated(s)
}
