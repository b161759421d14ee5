package dag

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// empty reports a key without a value, which is the same as none where a list or a
// mapping may be left out.
func empty(n *yaml.Node) bool {
	v := tree.Follow(n)
	return v.Kind == yaml.ScalarNode && v.Tag == "!!null"
}

// oldTruths are the words that YAML 1.1 takes for truth values, which DOP reads; 1.2
// has true and false alone.
var oldTruths = map[string]bool{"yes": true, "on": true, "no": false, "off": false}

// oldTruth is the truth value that YAML 1.1 sees in a word without quotes.
func oldTruth(n *yaml.Node) (value, is bool) {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" || n.Style != 0 {
		return false, false
	}
	for _, form := range []string{strings.ToLower(n.Value), strings.ToUpper(n.Value), title(n.Value)} {
		if form == n.Value {
			value, is = oldTruths[strings.ToLower(n.Value)]
			return value, is
		}
	}
	return false, false
}

func title(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + strings.ToLower(s[1:])
}

// truth reads true or false; in DOP's files also YAML 1.1's other words.
func (r *reader) truth(n *yaml.Node, what string) bool {
	if value, is := oldTruth(tree.Follow(n)); is && r.options.DOP {
		return value
	}
	return r.Truth(n, what)
}

// integer reads a whole number within limits.
func (r *reader) integer(n *yaml.Node, what string, least, most int) int {
	v := tree.Follow(n)
	i := 0
	if v.Kind != yaml.ScalarNode || v.Tag != "!!int" || v.Decode(&i) != nil {
		r.Refuse(n, what+" must be a whole number", "this is "+tree.Describe(n), "")
		return least
	}
	if i < least || i > most {
		r.Refuse(n, what+" is out of range", fmt.Sprintf("%d is given; %d to %d are possible", i, least, most), "")
		return least
	}
	return i
}

// maxSeconds is what a timedelta of Airflow's is kept at by dorc: a year.
const maxSeconds = 366 * 24 * 60 * 60

// seconds reads a time in seconds, or a timedelta as DOP's files have it.
func (r *reader) seconds(n *yaml.Node, what string) time.Duration {
	if isPython(tree.Follow(n)) {
		d, ok := r.python(tree.Follow(n)).(Duration)
		if ok && d >= 0 && d <= maxSeconds*Duration(time.Second) {
			return time.Duration(d)
		}
		r.Refuse(n, what+" must be a number of seconds", "a time span from 0 to a year is possible", "")
		return 0
	}
	return time.Duration(r.integer(n, what, 0, maxSeconds)) * time.Second
}

// list is words for a message, not more than a person would read.
func list(words []string) string {
	if len(words) > 12 {
		return strings.Join(words[:12], ", ") + fmt.Sprintf(" and %d more", len(words)-12)
	}
	return strings.Join(words, ", ")
}

func sortByPlace(problems problem.List) {
	slices.SortStableFunc(problems, func(a, b problem.Problem) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
}

// sorted sorts names in place.
func sorted(names []string) []string {
	slices.Sort(names)
	return names
}
