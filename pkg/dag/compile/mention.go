package compile

import (
	"regexp"
	"strings"
)

// promised are the names that the definition promises to templates.
var promised = []string{"params", "literal", "identifier", "is_incremental"}

// dopWord is params as DOP had it.
var dopWord = regexp.MustCompile(`\bparams\s*(\.\s*|\[\s*['"])(params|task)\b`)

// identifierCall tells the function from task.identifier, which most templates have.
var identifierCall = regexp.MustCompile(`(^|[^.\w])identifier\s*\(`)

// mention gives the file what a template mentions, and says whether it is anything.
func (c *compiler) mention(template string) bool {
	if !strings.Contains(template, "{") {
		return false
	}
	found := false
	for _, w := range promised {
		switch {
		case !hasWord(template, w) || w == "identifier" && !identifierCall.MatchString(template):
		case w == "is_incremental":
			c.needName(incremental)
			found = true
		case len(c.dag.Params) > 0 || c.dag.DOP && dopWord.MatchString(template):
			c.needName(parameters)
			switch w {
			case "literal":
				c.needName(literals)
			case "identifier":
				c.needName(identifiers)
			}
			found = true
		}
	}
	if c.line.undated && dateWord.MatchString(template) {
		c.needDates()
		found = true
	}
	if found && c.dag.DOP && !c.ofDOP && c.helpers[parameters.name] {
		c.ofDOP = dopWord.MatchString(template)
	}
	return found
}

// dateWord are the names that come from a run's logical date.
var dateWord = regexp.MustCompile(`\b(ds|ds_nodash|ts|ts_nodash|ts_nodash_with_tz|logical_date|data_interval_start|data_interval_end)\b`)

// needDates gives NAMES the dates of a run without a logical date.
func (c *compiler) needDates() {
	c.need(names)
	c.dated = true
}

// hasWord looks for a word that is no part of a longer one.
func hasWord(s, word string) bool {
	for from := 0; ; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return false
		}
		begin, end := from+i, from+i+len(word)
		if (begin == 0 || !inWord(s[begin-1])) && (end == len(s) || !inWord(s[end])) {
			return true
		}
		from = end
	}
}

func inWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
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
