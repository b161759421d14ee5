package python

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

var (
	userinfo = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^\s/@'"]*@`)
	variable = regexp.MustCompile(`\$\{[A-Z0-9_]+\}`)
	// secretName is what variables with secrets are called.
	secretName = regexp.MustCompile(`(?i)password|passwd|token|secret|_key$|apikey|api_key|credential`)
	query      = regexp.MustCompile(`(https?://[^\s?'"<>]+\?)[^\s'"<>#]+`)
)

// hidden stands in place of a secret.
const hidden = "****"

// minSecret is the shortest value that is looked for: shorter ones are in every
// other word.
const minSecret = 4

// redactURLs takes user names, passwords and queries out of addresses.
func redactURLs(text string) string {
	return query.ReplaceAllString(userinfo.ReplaceAllString(text, "${1}"+hidden+"@"), "${1}"+hidden)
}

// redactor takes secrets out of what the tools say.
type redactor struct{ secrets []string }

// newRedactor knows the secrets of the environment: what addresses have as user
// and password, and the values of variables with such names.
func newRedactor(environ []string, more ...string) redactor {
	var r redactor
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if secretName.MatchString(name) {
			r.add(value)
		}
		if strings.Contains(value, "://") {
			more = append(more, value)
		}
	}
	for _, text := range more {
		for word := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == ' ' || c == ',' }) {
			r.address(unnamed(word))
		}
	}
	// The longest first, so that no rest of a longer secret is left.
	slices.SortFunc(r.secrets, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b)) })
	r.secrets = slices.Compact(r.secrets)
	return r
}

func (r *redactor) address(text string) {
	m := userinfo.FindString(text)
	if m == "" {
		return
	}
	_, rest, _ := strings.Cut(strings.TrimSuffix(m, "@"), "://")
	user, password, both := strings.Cut(rest, ":")
	r.add(password)
	if !both { // A token alone stands in the place of the user.
		r.add(user)
	}
}

func (r *redactor) add(secret string) {
	for _, s := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
		if len(s) >= minSecret {
			r.secrets = append(r.secrets, s)
		}
	}
	if plain, err := url.PathUnescape(secret); err == nil && len(plain) >= minSecret {
		r.secrets = append(r.secrets, plain)
	}
}

func (r redactor) line(text string) string {
	for _, s := range r.secrets {
		text = strings.ReplaceAll(text, s, hidden)
	}
	return redactURLs(text)
}

// withCredentials puts the credentials of uv's named index into its address, for
// pip. They go to pip in its environment, as the address does.
func withCredentials(address, name string, getenv func(string) string) string {
	key := strings.ToUpper(regexp.MustCompile(`[^A-Za-z0-9]`).ReplaceAllString(name, "_"))
	user, password := getenv("UV_INDEX_"+key+"_USERNAME"), getenv("UV_INDEX_"+key+"_PASSWORD")
	u, err := url.Parse(address)
	if err != nil || u.User != nil || user == "" && password == "" {
		return address
	}
	u.User = url.UserPassword(user, password)
	return u.String()
}
