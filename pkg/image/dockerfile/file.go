package dockerfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Name is the file below a config repo's root.
const Name = "Dockerfile"

// maxSize is the size in bytes above which a file is no Dockerfile. BuildKit has
// no limit of its own.
const maxSize = 1 << 20

// File is a Dockerfile without syntax errors. It may be used by several
// goroutines.
type File struct {
	root string
	data []byte
	// foreign is what this parser does not know, in a file that names another
	// syntax to be read with: only the builder can judge it.
	foreign *problem.Problem
}

// parsed is what BuildKit's parser makes of a file.
type parsed struct {
	stages []instructions.Stage
	// args stand before the first FROM.
	args   []instructions.ArgCommand
	escape rune
}

// last is the stage that makes the image.
func (p *parsed) last() int { return len(p.stages) - 1 }

// Read reads root's Dockerfile. Both results are nil when it has none. A syntax
// error is a problem.Problem with its line.
func Read(root string) (*File, error) {
	data, err := readBelow(root, Name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f := &File{root: root, data: data}
	_, err = f.parse()
	var p problem.Problem
	if syntax, _, _, ok := parser.DetectSyntax(data); ok && errors.As(err, &p) {
		p.Summary, p.Hint = "dorc cannot read this instruction", useDocker
		p.Detail += "; " + syntax + " may know it"
		f.foreign, err = &p, nil
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// readBelow reads a file of the repo, which no link leads out of.
func readBelow(root, name string) ([]byte, error) {
	data, err := func() ([]byte, error) {
		dir, err := os.OpenRoot(root)
		if err != nil {
			return nil, err
		}
		defer dir.Close()
		file, err := dir.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return io.ReadAll(io.LimitReader(file, maxSize+1))
	}()
	path := filepath.Join(root, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err != nil:
		return nil, problem.Problem{
			File: path, Summary: "the file cannot be read", Detail: reason(err),
			Hint: "Make it a readable file inside the repo.",
		}
	case len(data) > maxSize:
		return nil, problem.Problem{
			File: path, Summary: "the file is too large",
			Detail: fmt.Sprintf("dorc reads up to %d bytes of it", maxSize),
			Hint:   "Put long scripts into files of their own.",
		}
	}
	return data, nil
}

// reason is an error without the path, which the problem names already.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// parse reads the file anew each time: expanding variables changes BuildKit's
// instructions.
func (f *File) parse() (p *parsed, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = f.syntax(fmt.Errorf("BuildKit's parser gives up on this file: %v", r))
		}
	}()
	result, err := parser.Parse(bytes.NewReader(f.data))
	if err != nil {
		return nil, f.syntax(err)
	}
	stages, args, err := instructions.Parse(result.AST, nil)
	if err != nil {
		return nil, f.syntax(err)
	}
	if len(stages) == 0 {
		return nil, f.syntax(errors.New("there is no FROM"))
	}
	return &parsed{stages: stages, args: args, escape: result.EscapeToken}, nil
}

// syntax is an error of BuildKit's parser, with its place.
func (f *File) syntax(err error) problem.Problem {
	line := 0
	var located *parser.LocationError
	if errors.As(err, &located) {
		err = located.Unwrap()
		if len(located.Locations) > 0 {
			line = lineOf(located.Locations[0])
		}
	}
	return problem.Problem{
		File: filepath.Join(f.root, Name), Line: line,
		Summary: "the Dockerfile has a syntax error",
		Detail:  err.Error(),
		Hint:    "Correct it, or remove the file: the standard builder needs none.",
	}
}

// lineOf is the first line of a place, from 1; 0 when it is unknown.
func lineOf(location []parser.Range) int {
	if len(location) == 0 {
		return 0
	}
	return location[0].Start.Line
}
