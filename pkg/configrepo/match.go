package configrepo

import (
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// match refuses functions without a folder, and folders that no function names.
func (f *finder) match(folders map[string]string) {
	p := f.pipeline
	named := map[string]bool{}
	for _, function := range p.Definition.Functions {
		named[function.Name] = true
	}
	var unnamed []string
	for _, name := range sortedKeys(folders) {
		if !named[name] {
			unnamed = append(unnamed, name)
		}
	}
	for _, function := range p.Definition.Functions {
		if _, ok := folders[function.Name]; ok || function.Name == "" {
			continue
		}
		want := path.Join(f.dir(), function.Name, handlerFile)
		hint := "Create it, or remove the function."
		if near := problem.Nearest(function.Name, unnamed); near != "" {
			hint = fmt.Sprintf("Did you mean %q?", near)
		}
		f.problems = append(f.problems, p.Source.Problem(p.Source.Function(function.Name)+".name",
			fmt.Sprintf("there is no %s for the function %q", handlerFile, function.Name), "expected "+f.show(want), hint))
	}
	for _, name := range unnamed {
		f.refuse(path.Join(folders[name], handlerFile), fmt.Sprintf("the function %q is never reached", name),
			fmt.Sprintf("%s does not name it", f.show(path.Join(f.dir(), definitionFile))),
			"Add it to the functions there, or remove the folder.")
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
