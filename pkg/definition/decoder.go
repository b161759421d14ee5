package definition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/goccy/go-yaml/ast"
)

// maxNodes is how many nodes are read, counting what an alias repeats. It ends
// files whose aliases multiply.
const maxNodes = 50_000

// maxProblems is after how many problems a file is given up.
const maxProblems = 100

// decoder walks a YAML tree, remembers where each field stands and collects
// everything that is wrong, not only the first.
type decoder struct {
	source   *Source
	problems problem.List
	anchors  map[string]ast.Node
	// nodes is how many were read, depth how deep the walk is.
	nodes, depth int
	// stopped is set when a limit is passed: what is left is not read.
	stopped bool
	// blamed are the fields that something is wrong with already, so that the
	// validation does not say the same in other words.
	blamed map[string]bool
}

// reader reads the value of one field of an object.
type reader func(n ast.Node, path string)

func (d *decoder) refuse(path, summary, detail, hint string) {
	d.blamed[path] = true
	d.problems = append(d.problems, d.source.Problem(path, summary, detail, hint))
}

// resolve follows anchors and aliases to a plain node. It returns nil, with a
// problem, for what has no plain node.
func (d *decoder) resolve(n ast.Node, path string) ast.Node {
	for range maxDepth {
		switch v := n.(type) {
		case *ast.AnchorNode:
			d.anchors[nameOf(v.Name)] = v.Value
			n = v.Value
		case *ast.AliasNode:
			name := nameOf(v.Value)
			target, ok := d.anchors[name]
			if !ok {
				d.refuse(path, fmt.Sprintf("there is no anchor %q before this alias", shorten(name)), "", "")
				return nil
			}
			n = target
		case *ast.TagNode:
			d.refuse(path, fmt.Sprintf("the tag %q is not used in pipeline.yaml", shorten(v.Start.Value)), "", "Remove the tag.")
			return nil
		default:
			return n
		}
	}
	d.refuse(path, "the alias refers to itself", "", "")
	return nil
}

// nameOf is the name of an anchor or an alias.
func nameOf(n ast.Node) string { return strings.TrimSpace(n.GetToken().Value) }

// enter counts a node; it reports false when the walk must stop.
func (d *decoder) enter(path string) bool {
	d.nodes++
	d.depth++
	if len(d.problems) >= maxProblems {
		d.stopped = true
	}
	if !d.stopped && (d.nodes > maxNodes || d.depth > maxDepth) {
		d.stopped = true
		d.refuse(path, "the YAML is too large when its aliases are followed",
			fmt.Sprintf("at most %d values in %d levels are read", maxNodes, maxDepth), "Use fewer aliases.")
	}
	if d.stopped {
		d.depth--
	}
	return !d.stopped
}

func (d *decoder) leave() { d.depth-- }

// entries reads a mapping into key and value pairs, with duplicates refused and
// merge keys (<<) followed. It reports false for anything else.
func (d *decoder) entries(n ast.Node, path, what string, each func(key string, k, v ast.Node)) bool {
	if !d.enter(path) {
		return false
	}
	defer d.leave()
	values, ok := d.mapping(n, path, what)
	if !ok {
		return false
	}
	seen := map[string]bool{}
	for _, kv := range values {
		if len(d.problems) >= maxProblems {
			d.stopped = true
			return false
		}
		if _, merge := kv.Key.(*ast.MergeKeyNode); merge {
			continue
		}
		key, ok := d.key(kv.Key, path)
		if !ok {
			continue
		}
		if seen[key] {
			d.source.set(field(path, key)+"#2", kv.Key, kv.Value)
			d.problems = append(d.problems, d.source.KeyProblem(field(path, key)+"#2",
				fmt.Sprintf("the key %q is there twice", key), "", "Remove one of the two."))
			continue
		}
		seen[key] = true
		each(key, kv.Key, kv.Value)
	}
	for _, kv := range values {
		if _, merge := kv.Key.(*ast.MergeKeyNode); merge {
			// What stands in the mapping itself wins over what is merged into it.
			d.entries(kv.Value, path, what, func(key string, k, v ast.Node) {
				if !seen[key] {
					seen[key] = true
					each(key, k, v)
				}
			})
		}
	}
	return true
}

func (d *decoder) mapping(n ast.Node, path, what string) ([]*ast.MappingValueNode, bool) {
	switch v := d.resolve(n, path).(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return pairs(v), true
	case nil:
		return nil, false
	default:
		d.wrongType(path, v, what)
		return nil, false
	}
}

// pairs are the keys and values of a mapping, which this library may represent
// by its only pair. Other nodes have none.
func pairs(n ast.Node) []*ast.MappingValueNode {
	switch v := n.(type) {
	case *ast.MappingNode:
		return v.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{v}
	}
	return nil
}

func (d *decoder) key(n ast.Node, path string) (string, bool) {
	switch k := n.(type) {
	case *ast.StringNode:
		return k.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
		return k.GetToken().Value, true
	default:
		at := positionOf(n)
		d.problems = append(d.problems, problem.Problem{File: d.source.File, Line: at.line, Column: at.column,
			Summary: "a key is a plain word", Detail: "this one is " + describe(n)})
		return "", false
	}
}

// object reads a mapping with known keys and refuses others.
func (d *decoder) object(n ast.Node, path, what string, keys map[string]reader) bool {
	return d.entries(n, path, what, func(key string, k, v ast.Node) {
		at := field(path, key)
		d.source.set(at, k, v)
		read, ok := keys[key]
		if !ok {
			d.blamed[path] = true
			d.unknown(at, key, names(keys))
			return
		}
		read(v, at)
	})
}

// list reads each item of a sequence.
func (d *decoder) list(n ast.Node, path, what string, each reader) bool {
	if !d.enter(path) {
		return false
	}
	defer d.leave()
	switch v := d.resolve(n, path).(type) {
	case nil:
		return false
	case *ast.SequenceNode:
		for i, child := range v.Values {
			at := item(path, i)
			if d.stopped {
				return false
			}
			d.source.set(at, nil, child)
			each(child, at)
		}
		return true
	default:
		d.wrongType(path, v, what)
		return false
	}
}

func names(keys map[string]reader) []string {
	all := make([]string, 0, len(keys))
	for k := range keys {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

// unknown refuses a key that stands at a path.
func (d *decoder) unknown(at, key string, known []string) {
	d.problems = append(d.problems, d.source.KeyProblem(at,
		fmt.Sprintf("unknown key %q", key), "known keys: "+strings.Join(known, ", "), didYouMean(key, known)))
}

func didYouMean(word string, candidates []string) string {
	if near := problem.Nearest(word, candidates); near != "" {
		return fmt.Sprintf("Did you mean %q?", near)
	}
	return ""
}
