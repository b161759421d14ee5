package configrepo

import (
	"path"
	"path/filepath"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// dbtOfDOP are the folders of dbt projects that DOP's executor_config names. Git
// may ignore them, so that only this file leads there.
func (l *loader) dbtOfDOP() (found []string) {
	at := path.Join(executorFolder, dopFile)
	if !l.has(at) {
		return nil
	}
	file := &tree.File{Name: l.show(at)}
	defer func() { l.problems = append(l.problems, file.Problems...) }()
	if l.regular(at, &file.Problems) == "" {
		return nil
	}
	data, err := l.readText(at)
	if err != nil {
		file.Problems = append(file.Problems, unreadable(file.Name, err))
		return nil
	}
	root := file.Read(data)
	if root == nil {
		return nil
	}
	file.Object(root, "the file", map[string]func(*yaml.Node){
		"dbt_projects": func(n *yaml.Node) {
			for _, item := range file.List(n, "dbt_projects") {
				file.Object(item, "a dbt project", map[string]func(*yaml.Node){
					"project_path": func(n *yaml.Node) {
						if dir := l.dbtPath(file, n); dir != "" {
							found = append(found, dir)
						}
					},
				}, "project_path")
			}
		},
	})
	return found
}

// dbtPath reads the path of a dbt project below the root.
func (l *loader) dbtPath(file *tree.File, n *yaml.Node) string {
	written := file.Text(n, "project_path")
	if written == "" {
		return ""
	}
	dir := path.Clean(written)
	switch {
	case !filepath.IsLocal(filepath.FromSlash(dir)):
		file.Refuse(n, "project_path leaves the config repo", written, "Write the folder below the repo's root.")
	case !l.has(path.Join(dir, dbtFile)):
		file.Refuse(n, "there is no dbt project", "expected "+l.show(path.Join(dir, dbtFile)), "Correct the path; it begins at the repo's root.")
	default:
		return dir
	}
	return ""
}
