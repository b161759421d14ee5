package airflow

import (
	"embed"
	"strings"
	"sync"
)

//go:embed lock/*.txt lock/*.source
var locks embed.FS

// Lock is the line's lock file: every package with its version and the hashes of its
// files, as pip and uv read it. It was resolved by dorc's authors and is not a file of
// Google's (docs/limitations.md).
func (i Image) Lock() []byte {
	data, err := locks.ReadFile("lock/" + i.Line + ".txt")
	if err != nil { // an Image that was not found by Find
		return nil
	}
	return data
}

// packages are the packages of each line. The files are our own.
var packages = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, l := range lines {
		all[l.name] = map[string]string{}
		for row := range strings.Lines(string(Image{Line: l.name}.Lock())) {
			name, rest, ok := strings.Cut(row, "==")
			if ok && !strings.HasPrefix(row, " ") && !strings.HasPrefix(row, "#") {
				all[l.name][name] = strings.Fields(rest)[0]
			}
		}
	}
	return all
})

// Packages are the packages of the line's lock file: the version of each normalised name.
func (i Image) Packages() map[string]string {
	out := map[string]string{}
	for name, version := range packages()[i.Line] {
		out[name] = version
	}
	return out
}

// Sources are the packages of the line's lock file that have no wheel: to install them
// is to run their code.
func (i Image) Sources() []string {
	data, err := locks.ReadFile("lock/" + i.Line + ".source")
	if err != nil { // an Image that was not found by Find
		return nil
	}
	return strings.Fields(string(data))
}
