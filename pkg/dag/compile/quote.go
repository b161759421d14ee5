package compile

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// quote writes a text as a Python string on one line, in black's choice of quotes.
// Characters that cannot be seen are escaped; a byte that is no UTF-8 becomes the lone
// surrogate that Python's "surrogateescape" makes of it.
func quote(text string) string {
	mark := byte('"')
	if strings.Count(text, "'") < strings.Count(text, `"`) {
		mark = '\''
	}
	var b strings.Builder
	b.WriteByte(mark)
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\udc%02x`, text[i])
		case r == rune(mark) || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case unicode.IsPrint(r) && !unicode.Is(unicode.M, r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte(mark)
	return b.String()
}

// comment is a text as a part of a comment: one line, whatever is in it.
func comment(text string) string {
	quoted := quote(text)
	mark := quoted[:1]
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\`+mark, mark)
}
