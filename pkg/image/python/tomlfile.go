package python

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// typeMistake is a value of another type than the key has.
var typeMistake = regexp.MustCompile(`line (\d+) \(last key "([^"]*)"\): incompatible types: TOML value has type (\w+)`)

// decode reads a TOML file and tells a mistake with its place.
func (r *reading) decode(file string, into any) bool {
	_, err := toml.Decode(string(r.all.Files[file]), into)
	if err == nil {
		return true
	}
	p := problem.Problem{File: r.all.shown(file), Summary: "the file is not valid TOML of its kind", Detail: err.Error(), Hint: "Correct it; https://toml.io has the format."}
	if at := typeMistake.FindStringSubmatch(p.Detail); at != nil {
		p.Detail = fmt.Sprintf("%s is of the type %s, which is not possible there", at[2], at[3])
		p.Line, _ = strconv.Atoi(at[1]) // digits
	}
	var parse toml.ParseError
	if errors.As(err, &parse) {
		p.Line, p.Column, p.Detail = parse.Position.Line, parse.Position.Col, parse.Message
	}
	r.problems = append(r.problems, p)
	return false
}

// lineOf is the first line from a place on that has all the texts, 0 for none.
func lineOf(data []byte, from int, texts ...string) int {
	for i, line := range strings.Split(string(data), "\n") {
		if i+1 < from {
			continue
		}
		found := true
		for _, t := range texts {
			found = found && strings.Contains(line, t)
		}
		if found {
			return i + 1
		}
	}
	return 0
}

// place is the requirement's line and column in a file, as far as it can be told.
func (r *reading) place(file, text string) requirement {
	q := requirement{text: text, file: file}
	if q.line = lineOf(r.all.Files[file], 1, text); q.line > 0 {
		line := strings.Split(string(r.all.Files[file]), "\n")[q.line-1]
		q.column = strings.Index(line, text) + 1
	}
	return q
}
