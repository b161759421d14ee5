package aws

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
)

//go:embed facts/resources.json
var factsJSON []byte

// attribute is what the real provider says about one attribute (facts/README.md).
type attribute struct {
	Type          string   `json:"type"`
	Required      bool     `json:"required"`
	Optional      bool     `json:"optional"`
	Computed      bool     `json:"computed"`
	Replace       bool     `json:"replace"`
	Default       any      `json:"default"`
	MaxItems      int      `json:"maxItems"`
	ConflictsWith []string `json:"conflictsWith"`
	ExactlyOneOf  []string `json:"exactlyOneOf"`
	// Elem is a type's name for a list of scalars, attributes for one of blocks.
	Elem json.RawMessage `json:"elem"`
}

// block returns the attributes of a nested block, or nil.
func (a attribute) block() attributes {
	if len(a.Elem) == 0 || a.Elem[0] != '{' {
		return nil
	}
	var b attributes
	if err := json.Unmarshal(a.Elem, &b); err != nil {
		panic(fmt.Sprintf("facts/resources.json: %v", err)) // embedded; a test reads all of it
	}
	return b
}

type attributes map[string]attribute

// loadFacts parses the embedded facts once, when the first type is used.
var loadFacts = sync.OnceValue(func() map[string]attributes {
	var facts map[string]attributes
	if err := json.Unmarshal(factsJSON, &facts); err != nil {
		panic(fmt.Sprintf("facts/resources.json: %v", err)) // embedded; a test reads all of it
	}
	return facts
})
