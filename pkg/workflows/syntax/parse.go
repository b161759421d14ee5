package syntax

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/workflows/expression"
	"gopkg.in/yaml.v3"
)

// Parse reads a definition and checks it. The workflow can be executed when there
// are no problems; it is nil when the file is not YAML. The problems are in order
// of line and column.
func Parse(file string, data []byte) (*Workflow, problem.List) {
	r := &reader{file: file, origin: map[*expression.Expression]*yaml.Node{}}
	root := r.document(data)
	if root == nil {
		return nil, r.problems
	}
	w := r.workflow(root)
	check(r, w)
	slices.SortStableFunc(r.problems, func(a, b problem.Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return w, r.problems
}

// document is the root of the one YAML document, or nil with a problem.
func (r *reader) document(data []byte) (root *yaml.Node) {
	if len(data) > MaxSource {
		r.problem(Position{}, "the definition is too large", fmt.Sprintf("%d bytes; Workflows allows %d (%s)", len(data), MaxSource, quotas), "")
		return nil
	}
	if !utf8.Valid(data) {
		r.problem(Position{}, "the file is not text in UTF-8", "", "Save it as UTF-8.")
		return nil
	}
	// Editors on Windows put this mark at the beginning; it means nothing in UTF-8.
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	r.lines = strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	// The YAML library reports some mistakes by panicking.
	defer func() {
		if failed := recover(); failed != nil {
			r.problem(Position{}, "the file cannot be read as YAML", fmt.Sprint(failed), "Simplify its YAML.")
			root = nil
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		r.problem(Position{}, "the definition is empty", "", "Write main with its steps.")
		return nil
	case err != nil:
		r.notYAML(err)
		return nil
	}
	if err := decoder.Decode(&second); err == nil {
		r.problem(positionOf(&second), "the file has more than one YAML document", "", "A file holds one workflow.")
	} else if !errors.Is(err, io.EOF) {
		r.notYAML(err)
		return nil
	}
	return r.enter(document.Content[0])
}

// atLine is how the YAML library says where a mistake is.
var atLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

func (r *reader) notYAML(err error) {
	message := strings.SplitN(err.Error(), "\n", 2)[0]
	found := atLine.FindStringSubmatch(message)
	var at Position
	if found != nil {
		at.Line, _ = strconv.Atoi(found[1])
		message = message[len(found[0]):]
	}
	r.problem(at, "the YAML is not valid: "+message, "", "Check indentation, colons and quotes around this place.")
}

func (r *reader) workflow(root *yaml.Node) *Workflow {
	w := &Workflow{File: r.file, Subworkflows: map[string]*Subworkflow{}}
	switch root.Kind {
	case yaml.SequenceNode:
		w.Main = &Subworkflow{Position: positionOf(root), Name: "main", Steps: r.steps(root, "the workflow")}
		w.Subworkflows["main"] = w.Main
	case yaml.MappingNode:
		for _, p := range r.pairs(root) {
			w.Subworkflows[p.name] = r.subworkflow(p)
		}
		if w.Main = w.Subworkflows["main"]; w.Main == nil {
			r.problem(positionOf(root), "there is no main", "an execution begins in main", nearMain(w))
		}
	default:
		r.problem(positionOf(root), "the definition is neither a map nor a list of steps", "found: "+kindOf(root), "Write main with its steps.")
	}
	return w
}

func nearMain(w *Workflow) string {
	for name := range w.Subworkflows {
		if problem.Nearest(name, []string{"main"}) != "" {
			return fmt.Sprintf("Did you mean %q to be main?", name)
		}
	}
	return "Name the first workflow main."
}
