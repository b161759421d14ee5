package yamlpipeline

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// kind checks a transform's type and configuration.
func (c *checker) kind(t *transform, at *yaml.Node) {
	var entries []tree.Entry
	if t.config != nil && tree.Follow(t.config).Tag != "!!null" {
		entries, _ = c.Mapping(t.config, "config")
	}
	kind := t.kind
	for _, e := range entries {
		switch e.Name {
		case "error_handling":
			c.errors(t, e.Value)
		case "language":
			if slices.Contains(languageTypes, kind) {
				kind = c.language(t.kind, e.Value)
			}
		}
	}
	if slices.Contains(languageTypes, kind) {
		kind += "-generic"
	}
	if t.kind == "" || isUnfilled(t.kind) || c.offered[t.kind] {
		return
	}
	b, ok := known().Transforms[kind]
	if !ok {
		if !c.included && kind != "" {
			all := Transforms()
			for o := range c.offered {
				all = append(all, o)
			}
			c.Refuse(at, fmt.Sprintf("Beam YAML has no transform %q", tree.Shorten(t.kind)),
				"as of apache-beam "+BeamVersion()+", and no provider of this file offers it", tree.DidYouMean(t.kind, all))
		}
		return
	}
	c.config(t, b, entries)
}

// language is the type that Beam makes of a type and a language, or "" with a
// problem.
func (c *checker) language(kind string, at *yaml.Node) string {
	language := c.Text(at, "language")
	if language == "" || isUnfilled(language) {
		return ""
	}
	var languages []string
	for name := range known().Transforms {
		if l, ok := strings.CutPrefix(name, kind+"-"); ok {
			languages = append(languages, l)
		}
	}
	slices.Sort(languages)
	if !slices.Contains(languages, language) && !c.included && !c.offered[kind+"-"+language] {
		c.Refuse(at, fmt.Sprintf("%s has no language %q", kind, tree.Shorten(language)), "languages: "+strings.Join(languages, ", "), tree.DidYouMean(language, languages))
		return ""
	}
	return kind + "-" + language
}

// config checks the keys of a configuration. A key that Beam's data does not have
// is refused when the data is complete, or when it is nearly one that it has:
// implementations in Java may take more.
func (c *checker) config(t *transform, b builtin, entries []tree.Entry) {
	there := map[string]bool{}
	for _, e := range entries {
		there[e.Name] = true
		if slices.Contains(b.Keys, e.Name) || slices.Contains(everywhere, e.Name) || isUnfilled(e.Name) {
			continue
		}
		near := problem.Nearest(e.Name, b.Keys)
		if b.Complete || near != "" {
			c.Refuse(e.Key, fmt.Sprintf("%s has no key %q", t.kind, tree.Shorten(e.Name)), "known keys: "+strings.Join(b.Keys, ", "), tree.DidYouMean(e.Name, b.Keys))
			there[near] = true
		}
	}
	for _, r := range b.Required {
		if !there[r] {
			c.Refuse(t.node, fmt.Sprintf("%s needs the key %q", t.kind, r), "", "Add it to its config.")
		}
	}
}

// errors reads the output that has the rows that failed.
func (c *checker) errors(t *transform, n *yaml.Node) {
	entries, _ := c.Mapping(n, "error_handling")
	for _, e := range entries {
		if e.Name == "output" {
			t.errors = c.Text(e.Value, "output")
			return
		}
	}
	c.Refuse(n, `error_handling has no "output"`, "Beam needs a name for the rows that failed", "Add output: errors, and a transform whose input is "+tree.Shorten(t.name)+".errors.")
}
