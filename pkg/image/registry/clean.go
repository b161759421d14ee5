package registry

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

var (
	addressUser  = regexp.MustCompile(`://[^/\s@]*@`)
	addressQuery = regexp.MustCompile(`(://[^\s?"']*)\?[^\s"']*`)
)

// clean makes text from a server fit for a message: one line, at most 300 bytes,
// and no user, password or signed query in an address.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	s = addressUser.ReplaceAllString(s, "://")
	s = addressQuery.ReplaceAllString(s, "$1")
	s = strings.TrimSpace(s)
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "") + "…"
	}
	return s
}

// reason is an error in one line, without the address of the request, which may
// be signed.
func reason(err error) string {
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err
	}
	if errors.Is(err, errSilent) {
		return errSilent.Error()
	}
	return clean(err.Error())
}
