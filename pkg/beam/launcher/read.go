package launcher

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Options are what a file is checked against.
type Options struct {
	// Files are those beside the pipeline's file: queries (*.sql) and schemas
	// (*.json) that it names. Without them such a name is a problem.
	Files fs.FS
	// Profiles are the connections there are. Nil means not known: a profile's name
	// is then not checked.
	Profiles *Profiles
}

// reader reads one file.
type reader struct {
	tree.File
	options  Options
	pipeline *Pipeline
	names    map[string]*yaml.Node
	// nodes are those of each stage by name, for problems that are found later.
	references []reference
}

// reference is a name of a stage where another stage uses it.
type reference struct {
	from, to string
	at       *yaml.Node
}

// Read reads a pipeline from JSON or YAML. The error is a problem.List of
// everything that is wrong; the pipeline is nil then.
func Read(file string, data []byte, o Options) (*Pipeline, error) {
	r := &reader{File: tree.File{Name: file}, options: o, pipeline: &Pipeline{File: file}, names: map[string]*yaml.Node{}}
	root := r.File.Read(data)
	if root == nil {
		if len(r.Problems) == 0 {
			r.Refuse(nil, "the file is empty", "a pipeline has sources and sinks", "")
		}
		return nil, r.Problems.Err()
	}
	p := r.pipeline
	r.Object(root, "the pipeline", map[string]func(*yaml.Node){
		"name":        func(n *yaml.Node) { p.Name = r.Text(n, "name") },
		"description": func(n *yaml.Node) { p.Description = r.Text(n, "description") },
		"sources": func(n *yaml.Node) {
			for _, item := range r.List(n, "sources") {
				p.Sources = append(p.Sources, r.source(item))
			}
		},
		"transforms": func(n *yaml.Node) {
			for _, item := range r.List(n, "transforms") {
				p.Transforms = append(p.Transforms, r.transform(item))
			}
		},
		"sinks": func(n *yaml.Node) {
			for _, item := range r.List(n, "sinks") {
				p.Sinks = append(p.Sinks, r.sink(item))
			}
		},
		"schedule": func(n *yaml.Node) { p.Schedule = r.schedule(n) },
	}, "sources", "sinks")
	r.graph()
	if len(r.Problems) == 0 {
		r.incremental()
	}
	if err := r.Problems.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

// stage reads what every stage has. The parameters come last, since their keys
// depend on the module; parameters of an unknown module are not read.
func (r *reader) stage(n *yaml.Node, what string, keys map[string]func(*yaml.Node), modules map[string]func(*yaml.Node), required ...string) (name, module string, at Place) {
	var parameters, moduleNode *yaml.Node
	keys["name"] = func(v *yaml.Node) { name = r.stageName(v) }
	keys["module"] = func(v *yaml.Node) { module, moduleNode = r.Text(v, "module"), v }
	keys["parameters"] = func(v *yaml.Node) { parameters = v }
	r.Object(n, "the "+what, keys, append([]string{"name", "module", "parameters"}, required...)...)
	if f := tree.Follow(n); f != nil {
		at = Place{f.Line, f.Column}
	}
	read, ok := modules[module]
	switch {
	case ok && parameters != nil:
		read(parameters)
	case !ok && module != "":
		known := sortedKeys(modules)
		r.Refuse(moduleNode, fmt.Sprintf("there is no %s module %q", what, tree.Shorten(module)),
			"modules: "+strings.Join(known, ", "), tree.DidYouMean(module, known))
	}
	return name, module, at
}

func (r *reader) stageName(n *yaml.Node) string {
	name := r.Text(n, "name")
	switch first := r.names[name]; {
	case name == "":
	case strings.ContainsAny(name, ".\n\r"):
		r.Refuse(n, fmt.Sprintf("the name %q has a dot or a line end", tree.Shorten(name)), "Beam takes what follows a dot for an output", "Use a hyphen.")
	case first != nil:
		r.Refuse(n, fmt.Sprintf("two stages are named %q", tree.Shorten(name)), fmt.Sprintf("the other is in line %d", first.Line), "Give each a name of its own.")
	default:
		r.names[name] = n
	}
	return name
}

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// beside reads a file beside the pipeline's, such as a query.
func (r *reader) beside(n *yaml.Node, name, what string) ([]byte, bool) {
	if strings.HasPrefix(name, "gs://") {
		r.Refuse(n, what+" in a bucket is not read", tree.Shorten(name)+" may change after the check, and is not part of the repository",
			"Put the file beside the pipeline's and give its relative path.")
		return nil, false
	}
	if r.options.Files == nil || !fs.ValidPath(path.Clean(name)) {
		r.Refuse(n, what+" must be a file beside the pipeline's", tree.Shorten(name)+" is none", "Give a relative path without .. at its beginning.")
		return nil, false
	}
	info, err := fs.Stat(r.options.Files, path.Clean(name))
	if err == nil && (!info.Mode().IsRegular() || info.Size() > tree.MaxSize) {
		r.Refuse(n, what+" cannot be read", fmt.Sprintf("%s is no file of at most %d bytes", tree.Shorten(name), tree.MaxSize), "")
		return nil, false
	}
	data, err := fs.ReadFile(r.options.Files, path.Clean(name))
	if err != nil {
		r.Refuse(n, what+" cannot be read", tree.Shorten(name)+": "+reason(err), "It is looked for in the folder of "+r.Name+".")
		return nil, false
	}
	return data, true
}

func reason(err error) string {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func (r *reader) warn(at Place, summary, detail, hint string) {
	r.pipeline.Warnings = append(r.pipeline.Warnings, problem.Problem{File: r.Name, Line: at.Line, Column: at.Column,
		Summary: summary, Detail: detail, Hint: hint})
}
