package output

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Record is the file in which a folder says which of its files are dorc's.
const Record = ".dorc-compiled.json"

// record is its content.
type record struct {
	// Note tells a person what it is.
	Note string `json:"note"`
	// Files are the paths below the folder, with slashes, sorted.
	Files []string `json:"files"`
}

func readRecord(root *os.Root, dir string) (map[string]bool, error) {
	data, err := root.ReadFile(Record)
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]bool{}, nil
	}
	name := filepath.Join(dir, Record)
	if err != nil {
		return nil, unreadable(name, err)
	}
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, problem.Problem{File: problem.Shown(name), Summary: "the file is not dorc's record of compiled files", Detail: err.Error(),
			Hint: "Remove it, and the compiled files with it; dorc writes them anew."}
	}
	files := map[string]bool{}
	for _, f := range r.Files {
		if !filepath.IsLocal(filepath.FromSlash(f)) {
			return nil, problem.Problem{File: problem.Shown(name), Summary: "the record names a file outside of its folder", Detail: f,
				Hint: "Remove the record, and the compiled files with it; dorc writes them anew."}
		}
		files[f] = true
	}
	return files, nil
}

func encodeRecord(files map[string]bool) []byte {
	r := record{Note: "The files that dorc dag compile has written here, and may remove.", Files: slices.Sorted(maps.Keys(files))}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		panic(err) // strings are always JSON
	}
	return append(data, '\n')
}
