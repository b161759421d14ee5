package objects

import (
	"strings"
	"unicode/utf8"
)

// Keys become paths: each part between slashes is a file name. A part that cannot be one is escaped:
//
//	%        becomes %25, so that every escape can be read back
//	control  characters, backslash and invalid UTF-8 become %XX
//	.  ..    become %2E and %2E%2E
//	empty    (as in a//b, or after the slash of a/) becomes %2F
//
// When a key is also the beginning of another, as a and a/b, a is a folder and the object a is the file "a%":
// a lone % ends no other name.
const selfSuffix = "%"

const maxName = 255

const hexDigits = "0123456789ABCDEF"

// Path returns the path of a key below its bucket's folder, with slashes. It is local, as filepath.IsLocal says. The
// error is ErrKey.
func Path(key string) (string, error) {
	parts := strings.Split(key, "/")
	for i, part := range parts {
		escaped := escape(part)
		if len(escaped) > maxName-len(selfSuffix) {
			return "", ErrKey
		}
		parts[i] = escaped
	}
	return strings.Join(parts, "/"), nil
}

func escape(part string) string {
	switch part {
	case "":
		return "%2F"
	case ".":
		return "%2E"
	case "..":
		return "%2E%2E"
	}
	var b strings.Builder
	for i := 0; i < len(part); {
		r, size := utf8.DecodeRuneInString(part[i:])
		if (r == utf8.RuneError && size == 1) || r < 0x20 || r == 0x7f || r == '%' || r == '\\' {
			b.WriteString("%" + string(hexDigits[part[i]>>4]) + string(hexDigits[part[i]&15]))
			i++
			continue
		}
		b.WriteString(part[i : i+size])
		i += size
	}
	return b.String()
}

// Key returns the key of a path below a bucket's folder. It is false for a file that no key leads to.
func Key(path string) (string, bool) {
	path = strings.TrimSuffix(path, selfSuffix)
	parts := strings.Split(path, "/")
	for i, part := range parts {
		plain, ok := unescape(part)
		if !ok || escape(plain) != part {
			return "", false
		}
		parts[i] = plain
	}
	return strings.Join(parts, "/"), true
}

func unescape(part string) (string, bool) {
	if part == "%2F" {
		return "", true
	}
	var b strings.Builder
	for i := 0; i < len(part); i++ {
		if part[i] != '%' {
			b.WriteByte(part[i])
			continue
		}
		if i+2 >= len(part) {
			return "", false
		}
		high, low := strings.IndexByte(hexDigits, part[i+1]), strings.IndexByte(hexDigits, part[i+2])
		if high < 0 || low < 0 {
			return "", false
		}
		b.WriteByte(byte(high<<4 | low))
		i += 2
	}
	return b.String(), true
}
