package definition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Kinds are all kinds of this version.
var Kinds = []Kind{KindFunctions, KindDataflow, KindWorkflow, KindDag}

// laterKinds are known names of kinds that this version does not have.
var laterKinds = []Kind{"job"}

// commonKeys are the keys of every kind.
var commonKeys = []string{"kind", "description"}

// ownKeys are the keys of each kind besides those.
var ownKeys = map[Kind][]string{
	KindFunctions: {"functions", "triggers"},
	KindDataflow: {
		"parameters", "machine_type", "workers", "max_workers", "network_tags", "streaming", "update",
		"worker_image", "polling_seconds", "cancel_with_execution", "schedule",
	},
	KindWorkflow: {"parameters", "schedule"},
	// What a DAG does stands in its dag.yaml.
	KindDag: {},
}

// keysOf are the keys of a pipeline.yaml of that kind, sorted.
func keysOf(k Kind) []string {
	keys := slices.Concat(commonKeys, ownKeys[k])
	slices.Sort(keys)
	return keys
}

// KindNames are the names of the kinds, for messages.
func KindNames() string {
	var names []string
	for _, k := range Kinds {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// writtenKind is the kind that a file names, found before the rest is read: which
// keys there are depends on it. It is standard when the file names none, and ""
// when it names one that does not exist, or through an alias.
func writtenKind(body ast.Node, standard Kind) Kind {
	for _, kv := range pairs(body) {
		if kv.Key.GetToken().Value != "kind" {
			continue
		}
		value := kv.Value
		if anchor, ok := value.(*ast.AnchorNode); ok {
			value = anchor.Value
		}
		if s, ok := value.(*ast.StringNode); ok && slices.Contains(Kinds, Kind(s.Value)) {
			return Kind(s.Value)
		}
		return ""
	}
	return standard
}

// refuseForeign refuses a key of another kind. It reports false when no kind has the key.
func (d *decoder) refuseForeign(kind Kind, key string) bool {
	var owners []string
	for _, k := range Kinds {
		if slices.Contains(ownKeys[k], key) {
			owners = append(owners, string(k))
		}
	}
	if len(owners) == 0 {
		return false
	}
	d.problems = append(d.problems, d.source.KeyProblem(key, fmt.Sprintf("a pipeline of kind %s has no key %q", kind, key),
		fmt.Sprintf("it is a key of kind %s; those of %s: %s", strings.Join(owners, " and "), kind, strings.Join(keysOf(kind), ", ")),
		foreignHint(kind)))
	return true
}

// foreignHint says what to do with a key that the kind does not have.
func foreignHint(kind Kind) string {
	if kind == KindDag {
		return "What a DAG does, and when, stands in dag.yaml."
	}
	return "Remove the key, or name the kind that is meant."
}

// kind refuses a kind that does not exist, and one that could not be seen before the rest was read.
func (v *validator) kind(written Kind) {
	k := v.pipeline.Kind
	switch {
	case !v.source.Has("kind") || k == "":
	case !slices.Contains(Kinds, k):
		var names []string
		for _, k := range Kinds {
			names = append(names, string(k))
		}
		v.refuse("kind", fmt.Sprintf("unknown kind %q", k), "known kinds: "+KindNames(), didYouMean(string(k), names))
	case written == "":
		v.refuse("kind", "the kind is an alias", "", "Write the kind itself.")
	}
}
