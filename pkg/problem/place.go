package problem

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Shown is a path as the user would type it: relative when it is below the
// working folder, else as it is.
func Shown(path string) string {
	if !filepath.IsAbs(path) {
		return path
	}
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// Place renders file:line:column, or the resource, or "". A name with characters
// that would change the terminal is quoted.
func (p Problem) Place() string {
	file := p.File
	if !utf8.ValidString(file) || strings.ContainsFunc(file, unicode.IsControl) {
		file = strconv.Quote(file)
	}
	switch {
	case file == "":
		return p.Resource
	case p.Line == 0:
		return file
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", file, p.Line)
	default:
		return fmt.Sprintf("%s:%d:%d", file, p.Line, p.Column)
	}
}
