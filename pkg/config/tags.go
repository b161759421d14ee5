package config

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Limits of tags: https://docs.aws.amazon.com/general/latest/gr/aws_tagging.html
const (
	maxTags          = 50
	maxTagKeyChars   = 128
	maxTagValueChars = 256
)

var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

func readTags(r *reader, n *yaml.Node) map[string]string {
	pairs := r.mapping(n, "tags", "tags: {team: data}")
	tags := make(map[string]string, len(pairs))
	for _, p := range pairs {
		what := "tag " + quote(p.key.Value)
		v := resolve(p.value)
		if !isString(v) {
			hint := "put it in quotes"
			if v.Kind != yaml.ScalarNode {
				hint = "write a text"
			}
			r.wrongType(p.value, what, "a text", hint)
			continue
		}
		tags[p.key.Value] = v.Value
	}
	return tags
}

// checkTags refuses tags that AWS refuses.
func checkTags(r *reader, n *yaml.Node) {
	pairs := tagPairs(n)
	if len(pairs) > maxTags {
		r.add(n, "too many tags", strconv.Itoa(len(pairs))+" tags; AWS allows "+strconv.Itoa(maxTags), "remove some")
	}
	for _, p := range pairs {
		checkTagKey(r, p.key)
		checkTagValue(r, p.value, "tag "+quote(p.key.Value), resolve(p.value).Value)
	}
}

// tagPairs are the tags that are texts; of others readTags has said what is wrong.
func tagPairs(n *yaml.Node) (pairs []pair) {
	if n == nil || resolve(n).Kind != yaml.MappingNode || isSecure(n) {
		return nil
	}
	content := resolve(n).Content
	for i := 0; i+1 < len(content); i += 2 {
		if isString(content[i]) && isString(content[i+1]) {
			pairs = append(pairs, pair{key: content[i], value: content[i+1]})
		}
	}
	return pairs
}

func checkTagKey(r *reader, key *yaml.Node) {
	switch name := key.Value; {
	case name == "":
		r.add(key, "a tag without a name", "", "give it a name, or remove it")
	case strings.HasPrefix(strings.ToLower(name), "aws:"):
		r.add(key, "tag "+quote(name)+" has AWS's own prefix", "AWS keeps aws: for itself", "use another name")
	case utf8.RuneCountInString(name) > maxTagKeyChars:
		r.add(key, "a tag's name is too long", tooLong(name, maxTagKeyChars), "shorten it")
	case !tagText.MatchString(name):
		r.add(key, "tag "+quote(name)+" has characters that AWS refuses", tagAllowed, "use another name")
	}
}

func checkTagValue(r *reader, n *yaml.Node, what, v string) {
	switch {
	case utf8.RuneCountInString(v) > maxTagValueChars:
		r.add(n, what+" is too long", tooLong(v, maxTagValueChars), "shorten it")
	case !tagText.MatchString(v):
		r.add(n, what+" has characters that AWS refuses", tagAllowed, "use another value")
	}
}

const tagAllowed = "allowed are letters, digits, spaces and _ . : / = + - @"

func tooLong(s string, limit int) string {
	return strconv.Itoa(utf8.RuneCountInString(s)) + " characters; AWS allows " + strconv.Itoa(limit)
}
