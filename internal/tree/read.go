package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/problem"
)

const (
	// MaxSize of a file in bytes. The queries of a large pipeline are some 50 KB.
	MaxSize = 512 << 10
	// maxNodes is how many values are read, counting what aliases repeat.
	maxNodes = 50_000
	// maxDepth is how deep values may be nested.
	maxDepth = 64
	// maxProblems is after how many problems a file is given up.
	maxProblems = 100
)

// Mark is a character of Unicode's private area. No file may have it, so that
// programs can mark places in texts with it.
const Mark = '\uE000'

// File collects the problems of one file.
type File struct {
	// Name is the path as the user would type it.
	Name string
	// Problems are what was found so far, in the order of the checks.
	Problems problem.List
}

// Read reads the only document of a file. The node is nil when there is none or
// when it cannot be read; the latter is a problem.
func (f *File) Read(data []byte) (root *yaml.Node) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(data) > MaxSize {
		f.add(0, 0, "the file is too large", fmt.Sprintf("%d bytes, at most %d are read", len(data), MaxSize), "")
		return nil
	}
	if line, column := invalidText(data); line > 0 {
		f.add(line, column, "the file is not text in UTF-8", "", "Save it as UTF-8, without control characters.")
		return nil
	}
	// The parser belongs to a library: should it fail in a way that it does not
	// report, the person still learns which file is to blame.
	defer func() {
		if r := recover(); r != nil {
			f.add(0, 0, "the file cannot be read as YAML", fmt.Sprint(r), "Simplify its YAML.")
			root = nil
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if err.Error() == "EOF" {
			return nil
		}
		f.notYAML(data, err)
		return nil
	}
	if err := decoder.Decode(&second); err == nil {
		f.add(second.Line, second.Column, "the file has more than one YAML document", "", "Remove the line --- and what follows it.")
		return nil
	} else if err.Error() != "EOF" {
		f.notYAML(data, err)
		return nil
	}
	nodes := 0
	if len(document.Content) == 0 || !f.bounded(document.Content[0], &nodes, 0) {
		return nil
	}
	return document.Content[0]
}

var (
	lineOfError = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	// The library counts lines from 0 in errors of its parser, from 1 in those of
	// its scanner. These are all of the parser's.
	parserError = regexp.MustCompile(`did not find expected (<document start>|node content|key|'-' indicator|',' or)`)
)

// notYAML says where the file stops being YAML, or JSON when it looks like it.
func (f *File) notYAML(data []byte, err error) {
	const hint = "Check indentation, colons, commas and quotes around this place."
	var syntax *json.SyntaxError
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && trimmed[0] == '{' && errors.As(json.Unmarshal(data, new(any)), &syntax) {
		before := data[:max(min(int(syntax.Offset), len(data))-1, 0)]
		line := bytes.Count(before, []byte("\n")) + 1
		column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
		f.add(line, column, "the file is not valid JSON", syntax.Error(), hint)
		return
	}
	line := 0
	if m := lineOfError.FindStringSubmatch(err.Error()); m != nil && m[1] != "" {
		line, _ = strconv.Atoi(m[1]) //nolint:errcheck // 0 means unknown, which is true
		if parserError.MatchString(err.Error()) {
			line++
		}
	}
	f.add(line, 0, "the file is not valid YAML", lineOfError.ReplaceAllString(err.Error(), ""), hint)
}

// bounded reports whether the tree, with aliases followed, is small enough to walk.
func (f *File) bounded(n *yaml.Node, nodes *int, depth int) bool {
	*nodes++
	if *nodes > maxNodes || depth > maxDepth {
		f.add(n.Line, n.Column, "the file is too large when its aliases are followed",
			fmt.Sprintf("at most %d values in %d levels are read", maxNodes, maxDepth), "Use fewer aliases.")
		return false
	}
	if n.Kind == yaml.AliasNode {
		return f.bounded(n.Alias, nodes, depth+1)
	}
	for _, c := range n.Content {
		if !f.bounded(c, nodes, depth+1) {
			return false
		}
	}
	return true
}

// invalidText finds the first character that is no text, as line and column.
func invalidText(data []byte) (line, column int) {
	line, column = 1, 1
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1, r < ' ' && r != '\t' && r != '\n' && r != '\r', r == 0x7f, r == Mark:
			return line, column
		case r == '\n':
			line, column = line+1, 0
		}
		column++
		i += size
	}
	return 0, 0
}
