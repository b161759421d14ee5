package python

import (
	"regexp"
	"strings"
)

// chatter leaves out of a tool's lines what only its authors can use: Python
// tracebacks, and the complaints of a logger that could not write.
type chatter struct{ inside bool }

// drop tells that a line is left out. The last line of a traceback says what
// happened, and stays.
func (c *chatter) drop(line string) bool {
	switch {
	case strings.HasPrefix(line, "Traceback (most recent call last)"), line == "Call stack:", line == "Stack (most recent call last):":
		c.inside = true
		return true
	case c.inside && strings.HasPrefix(line, " "):
		return true
	}
	c.inside = false
	return strings.HasPrefix(line, "--- Logging error ---") || strings.HasPrefix(line, "Arguments: ") || strings.HasPrefix(line, "Message: ")
}

// pip shows objects of its libraries in the messages for users.
var (
	object = regexp.MustCompile(`<[\w.]+ object at 0x[0-9a-f]+>(?:: )?`)
	pool   = regexp.MustCompile(`HTTPS?ConnectionPool\(host='([^']*)', port=(\w+)\)`)
)

func plain(line string) string {
	return pool.ReplaceAllString(object.ReplaceAllString(line, ""), "$1:$2")
}
