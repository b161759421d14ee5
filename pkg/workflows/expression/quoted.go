package expression

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// escapes are the characters after a backslash that stand for others. A
// backslash before any other character stays as it is, so that "\d" is the
// regular expression.
var escapes = map[byte]string{'n': "\n", 't': "\t", 'r': "\r", '"': `"`, '\'': "'", '\\': `\`, '/': "/", 'b': "\b", 'f': "\f"}

// quoted reads the string in quotes that s starts with: its value and how many
// bytes it takes.
func quoted(s string, at int) (string, int, error) {
	var b strings.Builder
	quote := s[0]
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == quote:
			return b.String(), i + 1, nil
		case c == '\\' && i+1 < len(s):
			i++
			if s[i] == 'u' {
				r, ok := unicodeEscape(s[i+1:])
				if !ok {
					return "", 0, &SyntaxError{at + utf8.RuneCountInString(s[:i-1]), `\u is not followed by four hexadecimal digits`, ""}
				}
				b.WriteRune(r)
				i += 4
			} else if e, ok := escapes[s[i]]; ok {
				b.WriteString(e)
			} else {
				b.WriteByte('\\')
				b.WriteByte(s[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", 0, &SyntaxError{at, "the string has no closing quote", "Write " + string(quote) + " at its end."}
}

func unicodeEscape(s string) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(s[:4], 16, 16)
	return rune(n), err == nil
}
