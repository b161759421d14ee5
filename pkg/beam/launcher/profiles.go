package launcher

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// profileKeys are the attributes of a connection. All are needed.
var profileKeys = []string{"host", "port", "database", "user", "password"}

// Profiles are the named connections of a profiles file.
type Profiles struct {
	// File is the path as the user would type it.
	File string
	// Names are sorted.
	Names []string
}

// profileName is what can be part of a variable's and a secret's name.
var profileName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,62}$`)

// ReadProfiles reads the names of connections from JSON or YAML: an object whose
// keys are names and whose values have host, port, database, user and password.
// The values are checked to be there; none is kept, nor part of a problem.
func ReadProfiles(file string, data []byte) (*Profiles, error) {
	f := &tree.File{Name: file}
	p := &Profiles{File: file}
	root := f.Read(data)
	if root == nil {
		if len(f.Problems) == 0 {
			f.Refuse(nil, "the file is empty", "it has connection profiles", "")
		}
		return nil, withoutValues(f).Err()
	}
	if tree.Follow(root).Kind != yaml.MappingNode {
		f.Refuse(root, "the file is no mapping", "it has profiles by name", "")
		return nil, f.Problems.Err()
	}
	entries, _ := f.Mapping(root, "the file")
	for _, e := range entries {
		if !profileName.MatchString(e.Name) {
			f.Refuse(e.Key, fmt.Sprintf("%q is no profile's name", tree.Shorten(e.Name)), "letters, digits, hyphens and underscores, a letter first, at most 63", "")
			continue
		}
		p.Names = append(p.Names, e.Name)
		attributes := map[string]func(*yaml.Node){}
		for _, k := range profileKeys {
			attributes[k] = func(n *yaml.Node) {
				if v := tree.Follow(n); v.Kind != yaml.ScalarNode || v.Tag == "!!null" || v.Value == "" {
					f.Refuse(n, fmt.Sprintf("%q of the profile %q has no plain value", k, e.Name), "", "")
				}
			}
		}
		if v := tree.Follow(e.Value); v.Kind != yaml.MappingNode {
			f.Refuse(e.Key, fmt.Sprintf("the profile %q is no mapping", e.Name), "it has "+strings.Join(profileKeys, ", "), "")
			continue
		}
		f.Object(e.Value, fmt.Sprintf("the profile %q", e.Name), attributes, profileKeys...)
	}
	slices.Sort(p.Names)
	if err := f.Problems.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

// withoutValues takes the parser's own words out of problems: they may quote a
// piece of the file, and with it a password.
func withoutValues(f *tree.File) interface{ Err() error } {
	for i := range f.Problems {
		if f.Problems[i].Line > 0 || f.Problems[i].Hint != "" {
			f.Problems[i].Detail = ""
		}
	}
	return f.Problems
}

// profile reads the name of a connection and looks it up.
func (r *reader) profile(n *yaml.Node) string {
	name := r.Text(n, "profile")
	known := r.options.Profiles
	switch {
	case name == "":
	case !profileName.MatchString(name):
		r.Refuse(n, fmt.Sprintf("%q is no profile's name", tree.Shorten(name)), "letters, digits, hyphens and underscores, a letter first, at most 63", "")
	case known != nil && !slices.Contains(known.Names, name):
		r.Refuse(n, fmt.Sprintf("there is no connection profile %q", name),
			fmt.Sprintf("%s has: %s", known.File, orNone(known.Names)), tree.DidYouMean(name, known.Names))
	}
	return name
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
