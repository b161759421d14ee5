package bigquery

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// all: takes the files whose names begin with an underscore, too.
//
//go:embed all:server
var program embed.FS

//go:embed requirements.txt
var requirements []byte

// MinPython is the oldest Python that the server runs with: that of DuckDB's wheels.
const MinPython = "3.11"

// Requirements is the lock file, with hashes, of the packages that the server needs.
func Requirements() []byte { return append([]byte{}, requirements...) }

// unpack writes the server's program below a folder, under a name made of its content, and returns where it is.
func unpack(folder string) (string, error) {
	files := map[string][]byte{}
	sum := sha256.New()
	err := fs.WalkDir(program, "server", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains(path, "__pycache__") {
			return err
		}
		data, err := program.ReadFile(path)
		name := strings.TrimPrefix(path, "server/")
		files[name] = data
		fmt.Fprintf(sum, "%s\x00%d\x00%s", name, len(data), data)
		return err
	})
	if err != nil {
		return "", err
	}
	place := filepath.Join(folder, "bigquery-"+hex.EncodeToString(sum.Sum(nil))[:16])
	if _, err := os.Stat(place); err == nil {
		return place, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	made, err := os.MkdirTemp(folder, ".bigquery-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(made)
	for name, data := range files {
		file := filepath.Join(made, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(file, data, 0o644); err != nil { //nolint:gosec // a program, for whoever runs it
			return "", err
		}
	}
	if err := os.Rename(made, place); err != nil {
		if _, there := os.Stat(place); there == nil {
			return place, nil // another process made it in the meantime
		}
		return "", err
	}
	return place, nil
}
