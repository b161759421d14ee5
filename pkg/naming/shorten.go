package naming

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// hashDigits is how many hexadecimal digits of the hash a shortened name ends in.
const hashDigits = 8

// build makes prefix+rest and shortens it when it is longer than the limit.
// Parts identify the thing before any character was replaced or lowered: names
// that would be equal but for that differ in their hash.
func build(l limit, place, prefix, rest string, parts ...string) (string, error) {
	name := shorten(prefix, rest, l.max, parts)
	return name, l.check(place, name)
}

// shorten returns prefix+rest when it fits into max. If not, it cuts rest and
// ends in "-" and a hash of the parts. The prefix stays whole: when it leaves no
// room for the hash the result is longer than max, and the limit refuses it.
func shorten(prefix, rest string, max int, parts []string) string {
	if len(prefix)+len(rest) <= max {
		return prefix + rest
	}
	// NUL separates the parts since no name can have it: (a, b-c) is not (a-b, c).
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	hash := hex.EncodeToString(sum[:])[:hashDigits]
	keep := max - len(prefix) - hashDigits - 1
	if keep < 1 {
		return prefix + hash
	}
	// A cut just behind a separator would leave two in a row, which ECR refuses.
	cut := strings.TrimRight(rest[:keep], "-._")
	if cut == "" {
		return prefix + hash
	}
	return prefix + cut + "-" + hash
}
