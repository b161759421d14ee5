package configrepo

import (
	"slices"
	"strings"

	"github.com/go-git/go-git/v6/plumbing/format/gitignore"
)

// ignoreRule is one line of a .gitignore. The library's patterns also match
// what lies below a folder that they match. Git does not: it does not look into
// an ignored folder, and in one that a later line takes back, each name is
// judged anew. The walk here prunes as git does, so the rule asks for an exact match.
type ignoreRule struct {
	pattern gitignore.Pattern
	// domain is the folder of the .gitignore.
	domain []string
	// name is set for a pattern without a slash: it is about the last name alone.
	name bool
	// inside is set for a pattern that ended in /**: it is about all that lies below.
	inside bool
}

// parseIgnore reads one line; it reports false for one without a pattern.
func parseIgnore(line string, domain []string) (ignoreRule, bool) {
	if strings.HasPrefix(line, "#") {
		return ignoreRule{}, false
	}
	not, body := "", line
	if strings.HasPrefix(body, "!") {
		not, body = "!", body[1:]
	}
	if !strings.HasSuffix(body, `\ `) {
		body = strings.TrimRight(body, " ")
	}
	if strings.Trim(body, "/") == "" {
		return ignoreRule{}, false
	}
	rule := ignoreRule{domain: domain}
	// In the library a/** matches the folder a as well, and a/* what is below it.
	if before, ok := strings.CutSuffix(body, "/**"); ok && before != "" {
		body, rule.inside = before+"/*", true
	}
	// **/a and a are the same.
	if after, ok := strings.CutPrefix(body, "**/"); ok && !strings.Contains(strings.TrimSuffix(after, "/"), "/") {
		body = after
	}
	rule.name = !strings.Contains(strings.TrimSuffix(body, "/"), "/")
	rule.pattern = gitignore.ParsePattern(not+body, domain)
	return rule, true
}

// match judges one path, whose folders are not ignored.
func (r ignoreRule) match(path []string, isDir bool) gitignore.MatchResult {
	n := len(r.domain)
	if len(path) <= n || !slices.Equal(path[:n], r.domain) {
		return gitignore.NoMatch
	}
	if r.name {
		return r.pattern.Match(append(path[:n:n], path[len(path)-1]), isDir)
	}
	result := r.pattern.Match(path, isDir)
	if result == gitignore.NoMatch || r.inside || len(path)-1 <= n {
		return result
	}
	if r.pattern.Match(path[:len(path)-1], true) != gitignore.NoMatch {
		return gitignore.NoMatch
	}
	return result
}
