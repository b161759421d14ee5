package settings

import (
	"os"
	"path/filepath"
)

// Files by which dorc's folder is known.
const (
	dotenvName  = ".env"
	exampleName = ".env.example"
	projectName = "Pulumi.yaml"
)

// findRoot walks up from dir to the nearest folder with .env or .env.example,
// else to the nearest with Pulumi.yaml, else it is dir. A folder of programs has
// a Pulumi.yaml of its own, so the first two go first. The walk ends at the
// repository's root, so that a stray .env above it is nobody's.
func findRoot(dir string) string {
	project := ""
	for d := dir; ; d = filepath.Dir(d) {
		if isFile(filepath.Join(d, dotenvName)) || isFile(filepath.Join(d, exampleName)) {
			return d
		}
		if project == "" && isFile(filepath.Join(d, projectName)) {
			project = d
		}
		if exists(filepath.Join(d, ".git")) || filepath.Dir(d) == d {
			break
		}
	}
	if project != "" {
		return project
	}
	return dir
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
