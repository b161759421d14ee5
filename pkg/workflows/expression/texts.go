package expression

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// texts are the functions of module text. Positions count characters.
// https://cloud.google.com/workflows/docs/reference/stdlib/overview
var texts = []Function{
	define("text.find_all(source, substr)", findAll),
	define("text.find_all_regex(source, regexp)", findAllRegex),
	define("text.match_regex(source, regexp)", func(a arguments) (any, error) {
		s, err := a.texts("source", "regexp")
		if err != nil {
			return nil, err
		}
		r, err := expressionOf(s[1])
		return err == nil && r.MatchString(s[0]), err
	}),
	define("text.replace_all(source, substr, repl)", func(a arguments) (any, error) {
		s, err := a.texts("source", "substr", "repl")
		if err != nil {
			return nil, err
		}
		return strings.ReplaceAll(s[0], s[1], s[2]), nil
	}),
	define("text.replace_all_regex(source, regexp, repl)", replaceAllRegex),
	define("text.split(source, separator)", func(a arguments) (any, error) {
		s, err := a.texts("source", "separator")
		if err != nil {
			return nil, err
		}
		return Normalize(strings.Split(s[0], s[1])), nil
	}),
	define("text.substring(source, start, end)", substring),
	define("text.to_lower(source)", onText(func(s string) (any, error) { return strings.ToLower(s), nil })),
	define("text.to_upper(source)", onText(func(s string) (any, error) { return strings.ToUpper(s), nil })),
	define("text.url_encode(source)", onText(func(s string) (any, error) {
		return strings.ReplaceAll(url.QueryEscape(s), "+", "%20"), nil
	})),
	define("text.url_encode_plus(source)", onText(func(s string) (any, error) { return url.QueryEscape(s), nil })),
	define("text.url_decode(source)", onText(func(s string) (any, error) {
		decoded, err := url.QueryUnescape(s)
		if err != nil {
			return nil, Faultf(ValueError, "%q is not URL-encoded", s)
		}
		return decoded, nil
	})),
	define("text.encode(data, charset?)", func(a arguments) (any, error) {
		s, err := a.text(0, "data")
		if err != nil {
			return nil, err
		}
		return []byte(s), onlyUTF8(a)
	}),
	define("text.decode(data, charset?)", func(a arguments) (any, error) {
		b, err := a.bytes(0, "data")
		if err != nil {
			return nil, err
		}
		if !utf8.Valid(b) {
			return nil, Faultf(ValueError, "the bytes are not UTF-8")
		}
		return string(b), onlyUTF8(a)
	}),
}

func onText(f func(string) (any, error)) func(arguments) (any, error) {
	return func(a arguments) (any, error) {
		s, err := a.text(0, "source")
		if err != nil {
			return nil, err
		}
		return f(s)
	}
}

func onlyUTF8(a arguments) error {
	if charset, _ := a[1].(string); a.given(1) && !strings.EqualFold(charset, "UTF-8") {
		return Faultf(ValueError, "charset %q is not supported here; UTF-8 is", charset)
	}
	return nil
}

func expressionOf(source string) (*regexp.Regexp, error) {
	r, err := regexp.Compile(source)
	if err != nil {
		return nil, Faultf(ValueError, "%q is not a regular expression (RE2): %v", source, err)
	}
	return r, nil
}

func findAll(a arguments) (any, error) {
	s, err := a.texts("source", "substr")
	if err != nil {
		return nil, err
	}
	found := []any{}
	for at := 0; s[1] != ""; {
		i := strings.Index(s[0][at:], s[1])
		if i < 0 {
			break
		}
		found = append(found, characters(s[0], at+i))
		at += i + len(s[1])
	}
	return found, nil
}

func findAllRegex(a arguments) (any, error) {
	s, err := a.texts("source", "regexp")
	if err != nil {
		return nil, err
	}
	r, err := expressionOf(s[1])
	if err != nil {
		return nil, err
	}
	r.Longest()
	found := []any{}
	for _, m := range r.FindAllStringIndex(s[0], -1) {
		found = append(found, map[string]any{"index": characters(s[0], m[0]), "match": s[0][m[0]:m[1]]})
	}
	return found, nil
}

func characters(s string, bytes int) int64 { return int64(utf8.RuneCountInString(s[:bytes])) }

func substring(a arguments) (any, error) {
	s, err := a.text(0, "source")
	if err != nil {
		return nil, err
	}
	start, err := a.integer(1, "start")
	if err != nil {
		return nil, err
	}
	end, err := a.integer(2, "end")
	if err != nil {
		return nil, err
	}
	runes := []rune(s)
	if start < 0 || start > end || end > int64(len(runes)) {
		return nil, Faultf(ValueError, "characters %d to %d are not in a string of %d", start, end, len(runes))
	}
	return string(runes[start:end]), nil
}

// backreference is \0 to \9, or a backslash that stands for itself.
var backreference = regexp.MustCompile(`\\[0-9\\]`)

func replaceAllRegex(a arguments) (any, error) {
	s, err := a.texts("source", "regexp", "repl")
	if err != nil {
		return nil, err
	}
	r, err := expressionOf(s[1])
	if err != nil {
		return nil, err
	}
	template := backreference.ReplaceAllStringFunc(strings.ReplaceAll(s[2], "$", "$$"), func(m string) string {
		if m == `\\` {
			return `\`
		}
		return "${" + m[1:] + "}"
	})
	return r.ReplaceAllString(s[0], template), nil
}
