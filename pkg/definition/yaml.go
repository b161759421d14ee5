package definition

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	// MaxSize of a pipeline.yaml in bytes. A pipeline of a hundred functions needs
	// about 20 KB. The limit keeps a wrong file from taking the memory, and the
	// time: the YAML parser's grows with the square of some inputs.
	MaxSize = 64 << 10
	// maxDepth is how deep brackets, dashes and aliases may be nested. The format
	// itself needs five; the YAML parser is recursive.
	maxDepth = 32
)

// parseYAML reads one YAML document. The node is nil when there is nothing in it.
func parseYAML(file string, data []byte) (body ast.Node, problems problem.List) {
	refuse := func(at position, summary, detail, hint string) (ast.Node, problem.List) {
		return nil, problem.List{{File: file, Line: at.line, Column: at.column,
			Summary: summary, Detail: detail, Hint: hint}}
	}
	if len(data) > MaxSize {
		return refuse(position{}, "the file is too large",
			fmt.Sprintf("%d bytes, at most %d are read", len(data), MaxSize), "Is this a pipeline.yaml?")
	}
	// Editors on Windows put this mark at the beginning; it means nothing in UTF-8.
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if at := invalidText(data); at.line > 0 {
		return refuse(at, "the file is not text in UTF-8", "", "Save it as UTF-8.")
	}
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))

	// The parser belongs to a library. Should it fail on an input in a way that
	// it does not report, the person still learns which file is to blame.
	defer func() {
		if r := recover(); r != nil {
			body, problems = refuse(position{}, "the file cannot be read as YAML", fmt.Sprint(r), "Simplify its YAML.")
		}
	}()
	tokens := lexer.Tokenize(string(data))
	if at := tooDeep(tokens); at.line > 0 {
		return refuse(at, "the YAML is nested too deeply", fmt.Sprintf("at most %d levels are read", maxDepth), "")
	}
	// Duplicate keys are allowed here since the decoder reports them all.
	doc, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		var at position
		summary := err.Error()
		if e := yaml.Error(nil); errors.As(err, &e) {
			at, summary = tokenPosition(e.GetToken()), e.GetMessage()
		}
		return refuse(at, "the YAML is not valid: "+summary, "", "Check indentation, colons and quotes around this place.")
	}
	for i, d := range doc.Docs {
		if i > 0 && d.Body != nil {
			return refuse(positionOf(d.Body), "the file has more than one YAML document", "",
				"Remove the line --- and what follows it; each pipeline has a folder of its own.")
		}
	}
	if len(doc.Docs) == 0 {
		return nil, nil
	}
	return doc.Docs[0].Body, nil
}

// invalidText finds the first byte that is not UTF-8, or that YAML does not
// allow: control characters other than tab and line ends.
func invalidText(data []byte) position {
	at := position{1, 1}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return at
		case r < ' ' && r != '\t' && r != '\n' && r != '\r', r == 0x7f:
			return at
		case r == '\n':
			at = position{at.line + 1, 0}
		}
		at.column++
		i += size
	}
	return position{}
}

// tooDeep finds where brackets, or dashes in one line, are nested deeper than
// maxDepth. Deeper levels by indentation need so many columns each that MaxSize bounds them.
func tooDeep(tokens token.Tokens) position {
	brackets, dashes, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			dashes, line = 0, t.Position.Line
		}
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			brackets++
		case token.MappingEndType, token.SequenceEndType:
			brackets--
		case token.SequenceEntryType, token.MappingKeyType:
			dashes++
		}
		if brackets > maxDepth || dashes > maxDepth {
			return tokenPosition(t)
		}
	}
	return position{}
}
