package yamlpipeline

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

//go:embed transforms.json
var transformsJSON []byte

// builtin is a transform that Beam YAML has by itself.
type builtin struct {
	// Keys of its configuration that are known; Complete says that there are no
	// others. Required are those that every implementation needs.
	Keys, Required []string
	Complete       bool
}

type builtins struct {
	Source     string
	Version    string
	Transforms map[string]builtin
}

// known is what Beam offers. The data is our own, so that it cannot fail to read.
var known = sync.OnceValue(func() builtins {
	var b builtins
	if err := json.Unmarshal(transformsJSON, &b); err != nil {
		panic("transforms.json: " + err.Error())
	}
	// Beam adds the language to the names of these.
	for _, plain := range languageTypes {
		b.Transforms[plain] = builtin{}
	}
	return b
})

// languageTypes are written without the language, which is a key of theirs.
var languageTypes = []string{"AssignTimestamps", "Combine", "Filter", "MapToFields", "Partition"}

// everywhere are keys that Beam takes out of any configuration.
var everywhere = []string{"dependencies", "error_handling", "language", "windowing"}

// BeamVersion is the apache-beam whose transforms the checker knows.
func BeamVersion() string { return known().Version }

// Transforms are the types that Beam YAML has by itself, sorted.
func Transforms() []string {
	all := make([]string, 0, len(known().Transforms)+2)
	for name := range known().Transforms {
		all = append(all, name)
	}
	all = append(all, "chain", "composite")
	slices.Sort(all)
	return all
}
