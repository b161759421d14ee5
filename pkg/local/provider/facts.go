package provider

import (
	"encoding/json"
	"fmt"
)

// Attribute is what the real provider says about one attribute. Names are
// Terraform's; the README beside each facts/resources.json says where they are from.
type Attribute struct {
	// Type is String, Bool, Int, Float, List, Set or Map.
	Type      string `json:"type"`
	Required  bool   `json:"required"`
	Optional  bool   `json:"optional"`
	Computed  bool   `json:"computed"`
	Sensitive bool   `json:"sensitive"`
	// Replace says that a change replaces the resource.
	Replace       bool     `json:"replace"`
	Default       any      `json:"default"`
	MaxItems      int      `json:"maxItems"`
	ConflictsWith []string `json:"conflictsWith"`
	ExactlyOneOf  []string `json:"exactlyOneOf"`
	// Elem is a type's name for a list of scalars, attributes for one of blocks.
	Elem json.RawMessage `json:"elem"`
}

// Block returns the attributes of a nested block, or nil.
func (a Attribute) Block() Attributes {
	if len(a.Elem) == 0 || a.Elem[0] != '{' {
		return nil
	}
	var b Attributes
	if err := json.Unmarshal(a.Elem, &b); err != nil {
		panic(fmt.Sprintf("facts: %v", err)) // embedded; a test reads all of it
	}
	return b
}

// Attributes are those of a type or block, by Terraform's name.
type Attributes map[string]Attribute

// parseFacts reads the facts of a cloud.
func parseFacts(name string, data []byte) map[string]Attributes {
	var facts map[string]Attributes
	if err := json.Unmarshal(data, &facts); err != nil {
		panic(fmt.Sprintf("facts of %s: %v", name, err)) // embedded; a test reads all of it
	}
	return facts
}
