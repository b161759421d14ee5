package yamlpipeline

import (
	"regexp"
	"strings"
)

var (
	// leadingComments are taken away by Beam before it asks Jinja.
	leadingComments = regexp.MustCompile(`^(?:[ \t]*(?:#[^\n]*)?\n)+`)
	// jinjaParts are Jinja's raw blocks, comments and expressions; whichever begins
	// first has what is in it.
	jinjaParts = regexp.MustCompile(`(?s)\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}|\{#.*?#\}|` +
		`\{\{(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^'"])*?\}\}`)
	quotedBrace = regexp.MustCompile(`^\{\{ '\{[{%#]' \}\}$`)
)

// placeholder stands for a value that is known only when the pipeline starts.
const placeholder = "J"

// unfilled takes Jinja's expressions and comments out of a pipeline without moving
// anything to another line or column, so that what is left is YAML. It reports
// false when the file has Jinja statements: what they make is not known before.
func unfilled(text string) (string, bool) {
	text = leadingComments.ReplaceAllStringFunc(text, func(s string) string {
		return strings.ReplaceAll(s, "{", "_")
	})
	text = jinjaParts.ReplaceAllStringFunc(text, func(s string) string {
		switch {
		case strings.HasPrefix(s, "{#"):
			return keepLines(s, ' ')
		case strings.HasPrefix(s, "{%"), quotedBrace.MatchString(s):
			return keepLines(s, '_')
		default:
			return keepLines(s, rune(placeholder[0]))
		}
	})
	return text, !strings.Contains(text, "{%")
}

// keepLines replaces all characters of a text but line ends.
func keepLines(s string, by rune) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return by
	}, s)
}

// isUnfilled reports whether a text has a part that is not known yet.
func isUnfilled(s string) bool {
	return strings.Contains(s, placeholder+placeholder+placeholder+placeholder)
}
