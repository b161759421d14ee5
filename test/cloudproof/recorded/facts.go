package recorded

import (
	"encoding/json"
	"os"
	"strings"
	"unicode"
)

// Facts are the attributes of each Terraform type, as the real provider describes
// them; pkg/local/aws/facts/README.md says how they were obtained.
type Facts map[string]attributes

type attributes map[string]attribute

type attribute struct {
	Type          string          `json:"type"`
	Required      bool            `json:"required"`
	Optional      bool            `json:"optional"`
	Computed      bool            `json:"computed"`
	Replace       bool            `json:"replace"`
	Default       any             `json:"default"`
	MaxItems      int             `json:"maxItems"`
	ConflictsWith []string        `json:"conflictsWith"`
	ExactlyOneOf  []string        `json:"exactlyOneOf"`
	Elem          json.RawMessage `json:"elem"`
}

// ReadFacts reads the file of facts.
func ReadFacts(path string) (Facts, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var f Facts
	return f, json.Unmarshal(text, &f)
}

// block are the attributes of a nested block; nil for a list of plain values.
func (a attribute) block() (attributes, error) {
	if len(a.Elem) == 0 || a.Elem[0] != '{' {
		return nil, nil
	}
	var b attributes
	return b, json.Unmarshal(a.Elem, &b)
}

// pulumiName is Pulumi's name of a Terraform attribute among the names that the
// SDK has: camelCase, in the plural for a list.
func pulumiName(terraform string, has func(string) bool, rename map[string]string) string {
	if n, ok := rename[terraform]; ok {
		return n
	}
	name := camelCase(terraform)
	for _, candidate := range []string{name, name + "s", name + "es", strings.TrimSuffix(name, "y") + "ies"} {
		if has(candidate) {
			return candidate
		}
	}
	return name
}

func camelCase(snake string) string {
	words := strings.Split(snake, "_")
	for i, w := range words[1:] {
		r := []rune(w)
		if len(r) > 0 {
			r[0] = unicode.ToUpper(r[0])
		}
		words[i+1] = string(r)
	}
	return strings.Join(words, "")
}
