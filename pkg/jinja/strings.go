package jinja

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// text reads a text in quotes.
func (l *lexer) text() *Error {
	rest := l.rest()
	quote := rest[0]
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case quote:
			value, bad, reason := unescape(rest[1:i])
			if reason != "" {
				l.skip(1 + bad)
				return l.fail(reason, `Write \\ for a backslash.`)
			}
			l.add(text, value)
			l.skip(i + 1)
			return nil
		}
	}
	return l.fail("the text in quotes is not closed", "Write "+string(quote)+" where it ends.")
}

// escapes are those of Python's unicode-escape with one character.
var escapes = map[byte]string{'\n': "", '\\': "\\", '\'': "'", '"': "\"", 'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v"}

// hexEscapes have so many digits behind them.
var hexEscapes = map[byte]int{'x': 2, 'u': 4, 'U': 8}

// unescape is what a text stands for; when it has an escape that Python refuses, where
// and why.
func unescape(s string) (value string, bad int, reason string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		at := i
		i++
		if plain, ok := escapes[s[i]]; ok {
			b.WriteString(plain)
			continue
		}
		switch digits := hexEscapes[s[i]]; {
		case digits > 0:
			code, err := strconv.ParseUint(s[i+1:min(i+1+digits, len(s))], 16, 32)
			if err != nil || i+1+digits > len(s) {
				return "", at, "the escape \\" + string(s[i]) + " needs " + strconv.Itoa(digits) + " digits"
			}
			if code > utf8.MaxRune {
				return "", at, "there is no such character"
			}
			b.WriteRune(rune(code))
			i += digits
		case s[i] == 'N':
			close := strings.IndexByte(s[i:], '}')
			if i+1 >= len(s) || s[i+1] != '{' || close < 3 {
				return "", at, `the escape \N needs the name of a character in braces`
			}
			b.WriteRune(utf8.RuneError)
			i += close
		case s[i] >= '0' && s[i] <= '7':
			j := i
			for j < len(s) && j < i+3 && s[j] >= '0' && s[j] <= '7' {
				j++
			}
			code, _ := strconv.ParseUint(s[i:j], 8, 32) //nolint:errcheck // these are octal digits
			b.WriteRune(rune(code))
			i = j - 1
		default: // Python keeps the backslash
			b.WriteString(s[at : i+1])
		}
	}
	return b.String(), 0, ""
}
