package base

import (
	"bytes"
	"encoding/csv"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Package is an installed Python package.
type Package struct {
	// Name is normalized.
	Name    string `json:"name"`
	Version string `json:"version"`
	// Info is the folder <name>-<version>.dist-info, and Files are all its files: paths
	// in the image without the first slash.
	Info  string   `json:"info"`
	Files []string `json:"files"`
}

var spelling = regexp.MustCompile(`[-_.]+`)

// ReadPackage reads what a package says of itself in METADATA and RECORD. It is not
// ok when that is not what installers write. Source:
// https://packaging.python.org/en/latest/specifications/recording-installed-packages/
func ReadPackage(info string, metadata, record []byte) (p Package, ok bool) {
	p.Info = info
	header, _, _ := strings.Cut(strings.ReplaceAll(string(metadata), "\r\n", "\n"), "\n\n")
	for line := range strings.Lines(header) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch strings.ToLower(key) {
		case "name":
			p.Name = strings.ToLower(spelling.ReplaceAllString(strings.TrimSpace(value), "-"))
		case "version":
			p.Version = strings.TrimSpace(value)
		}
	}
	rows := csv.NewReader(bytes.NewReader(record))
	rows.FieldsPerRecord, rows.LazyQuotes = -1, true
	for {
		row, err := rows.Read()
		if err != nil { // its end, or what nobody could read
			break
		}
		file := row[0]
		if !path.IsAbs(file) {
			file = path.Join("/", path.Dir(info), file)
		}
		p.Files = append(p.Files, slashless(path.Clean(file)))
	}
	slices.Sort(p.Files)
	return p, p.Name != "" && p.Version != ""
}
