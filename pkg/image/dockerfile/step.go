package dockerfile

import (
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// StepLine is the line of a step, as BuildKit numbers them in what it says:
// "[builder 2/5]" is the second of the stage builder, "[2/5]" of the only one
// (stage is ""). It is 0 when there is no such step.
func (f *File) StepLine(stage string, step int) int {
	p, err := f.parse()
	if err != nil || f.foreign != nil {
		return 0
	}
	for i, s := range p.stages {
		named := stage != "" && (stage == s.Name || stage == fmt.Sprintf("stage-%d", i))
		if !named && (stage != "" || i != p.last()) {
			continue
		}
		n := 0
		if _, inherits := instructions.HasStage(p.stages[:i], s.BaseName); !inherits && s.BaseName != "scratch" {
			n = 1
		}
		if n == 1 && step == 1 {
			return lineOf(s.Location)
		}
		for _, cmd := range s.Commands {
			switch cmd.(type) {
			case *instructions.AddCommand, *instructions.CopyCommand, *instructions.RunCommand, *instructions.WorkdirCommand:
				if n++; n == step {
					return lineOf(cmd.Location())
				}
			}
		}
	}
	return 0
}

// TextLine is the line of an instruction that is written so, white space apart;
// the last one when there are several, 0 when there is none.
func (f *File) TextLine(text string) int {
	p, err := f.parse()
	if err != nil || f.foreign != nil {
		return 0
	}
	line := 0
	same := func(other string) bool {
		return strings.Join(strings.Fields(text), " ") == strings.Join(strings.Fields(other), " ")
	}
	for _, s := range p.stages {
		if same(s.SourceCode) {
			line = lineOf(s.Location)
		}
		for _, cmd := range s.Commands {
			if same(fmt.Sprint(cmd)) {
				line = lineOf(cmd.Location())
			}
		}
	}
	return line
}

// BaseLine is the line of the FROM that names an image, which engines write with
// its registry: "docker.io/library/python:3.12" for python:3.12. It is 0 when
// there is none.
func (f *File) BaseLine(image string) int {
	p, err := f.parse()
	if err != nil || f.foreign != nil {
		return 0
	}
	global, err := newScope(p, nil)
	if err != nil {
		return 0
	}
	for _, s := range p.stages {
		name, _, err := global.expand(s.BaseName)
		if err == nil && name != "" && (name == image || strings.HasSuffix(image, "/"+name)) {
			return lineOf(s.Location)
		}
	}
	return 0
}
