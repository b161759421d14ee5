package tree

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/problem"
)

func (f *File) add(line, column int, summary, detail, hint string) {
	if len(f.Problems) < maxProblems {
		f.Problems = append(f.Problems, problem.Problem{File: f.Name, Line: line, Column: column,
			Summary: summary, Detail: detail, Hint: hint})
	}
}

// Refuse adds a problem at a node, or with the file alone when it is nil.
func (f *File) Refuse(n *yaml.Node, summary, detail, hint string) {
	if n == nil {
		f.add(0, 0, summary, detail, hint)
		return
	}
	f.add(n.Line, n.Column, summary, detail, hint)
}

// Follow is the node that an alias stands for, or the node itself.
func Follow(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// Entry is one key of a mapping with its value.
type Entry struct {
	Name       string
	Key, Value *yaml.Node
}

// Mapping reads the entries of a mapping and refuses anything else, keys that are
// no plain words, merge keys and keys that are there twice. What is how a problem
// names the value, such as "the source".
func (f *File) Mapping(n *yaml.Node, what string) ([]Entry, bool) {
	m := Follow(n)
	if m == nil || m.Kind != yaml.MappingNode {
		f.wrongType(n, what, "a mapping")
		return nil, false
	}
	var entries []Entry
	seen := map[string]bool{}
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, value := m.Content[i], m.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode:
			f.Refuse(key, "a key is a plain word", "this one is "+Describe(key), "")
		case key.Tag == "!!merge":
			f.Refuse(key, "merge keys are not read here", "", "Write the keys out.")
		case seen[key.Value]:
			f.Refuse(key, fmt.Sprintf("the key %q is there twice", Shorten(key.Value)), "", "Remove one of the two.")
		default:
			seen[key.Value] = true
			entries = append(entries, Entry{key.Value, key, value})
		}
	}
	return entries, true
}

// Object reads a mapping with known keys. Others are refused with the nearest
// word; required ones that are missing too.
func (f *File) Object(n *yaml.Node, what string, keys map[string]func(*yaml.Node), required ...string) bool {
	entries, ok := f.Mapping(n, what)
	if !ok {
		return false
	}
	names := make([]string, 0, len(keys))
	for k := range keys {
		names = append(names, k)
	}
	slices.Sort(names)
	there := map[string]bool{}
	for _, e := range entries {
		there[e.Name] = true
		if read := keys[e.Name]; read != nil {
			read(e.Value)
			continue
		}
		f.Refuse(e.Key, fmt.Sprintf("unknown key %q", Shorten(e.Name)), "known keys: "+strings.Join(names, ", "), DidYouMean(e.Name, names))
	}
	for _, r := range required {
		if !there[r] {
			f.Refuse(Follow(n), fmt.Sprintf("%s has no %q", what, r), "", "Add it.")
		}
	}
	return true
}

// List reads the items of a list and refuses anything else.
func (f *File) List(n *yaml.Node, what string) []*yaml.Node {
	l := Follow(n)
	if l == nil || l.Kind != yaml.SequenceNode {
		f.wrongType(n, what, "a list")
		return nil
	}
	return l.Content
}

// Text reads a text that is not empty. Numbers and truth values are refused: what
// YAML takes for one often is not what was written.
func (f *File) Text(n *yaml.Node, what string) string {
	s := Follow(n)
	if s == nil || s.Kind != yaml.ScalarNode || s.Tag != "!!str" {
		f.wrongType(n, what, "a text")
		return ""
	}
	if strings.TrimSpace(s.Value) == "" {
		f.Refuse(n, what+" is empty", "", "Give it a value.")
	}
	return s.Value
}

// Texts reads a list of texts.
func (f *File) Texts(n *yaml.Node, what string) []string {
	var all []string
	for _, item := range f.List(n, what) {
		all = append(all, f.Text(item, "an item of "+what))
	}
	return all
}

// Truth reads a truth value, also one in quotes ("true", "false").
func (f *File) Truth(n *yaml.Node, what string) bool {
	s := Follow(n)
	if s != nil && s.Kind == yaml.ScalarNode && (s.Tag == "!!bool" || s.Tag == "!!str") {
		if b, err := strconv.ParseBool(strings.ToLower(s.Value)); err == nil {
			return b
		}
	}
	f.wrongType(n, what, "true or false")
	return false
}

func (f *File) wrongType(n *yaml.Node, what, needed string) {
	if d := Follow(n); d == nil || d.Tag == "!!null" {
		f.Refuse(n, what+" has no value", "it must be "+needed, "Give it a value, or remove the key.")
		return
	}
	f.Refuse(n, fmt.Sprintf("%s is %s, but it must be %s", what, Describe(n), needed), "", "")
}

// Describe says in words what a node is.
func Describe(n *yaml.Node) string {
	n = Follow(n)
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "empty"
	case n.Tag == "!!str":
		return fmt.Sprintf("the text %q", Shorten(n.Value))
	case n.Tag == "!!bool":
		return "the truth value " + n.Value
	case n.Tag == "!!int", n.Tag == "!!float":
		return "the number " + Shorten(n.Value)
	}
	return fmt.Sprintf("%q", Shorten(n.Value))
}

// DidYouMean is the hint with the nearest word, or "".
func DidYouMean(word string, candidates []string) string {
	if near := problem.Nearest(word, candidates); near != "" {
		return fmt.Sprintf("Did you mean %q?", near)
	}
	return ""
}

// Shorten keeps a value that someone wrote from filling the screen.
func Shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:57]) + "..."
	}
	return s
}
