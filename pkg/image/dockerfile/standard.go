package dockerfile

import (
	"path"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// The variables of AWS's base images that a Dockerfile uses
// (https://docs.aws.amazon.com/lambda/latest/dg/python-image.html).
const (
	taskRoot         = "/var/task"
	taskRootVariable = "LAMBDA_TASK_ROOT"
)

// handler is the handler of every function, and the image's command.
const handler = "lambda.handler"

// function stands for the function's folder while a Dockerfile is compared.
const function = "src/<layer>/<pipeline>/<function>"

// The files with requirements that the standard form makes in the task root.
var (
	global   = path.Join(taskRoot, "global-requirements.txt")
	pipeline = path.Join(taskRoot, "requirements.txt")
)

// part is what the standard form consists of.
type part int

const (
	copyFunction part = iota
	copyGlobal
	installGlobal
	copyPipeline
	installPipeline
	setHandler
)

// parts say what the standard builder does, in the standard form's order.
var parts = []string{
	copyFunction:    "copies the function's folder to the task root",
	copyGlobal:      "copies the repo's requirements.txt to the task root as global-requirements.txt",
	installGlobal:   "installs the repo's requirements.txt",
	copyPipeline:    "copies the pipeline's requirements.txt to the task root",
	installPipeline: "installs the pipeline's requirements.txt",
	setHandler:      "sets the command to " + handler,
}

// useDocker is what to do about an instruction that would be ignored.
const useDocker = "Set image_builder: docker in universal/Pulumi.universal.yaml to build this Dockerfile as it is."

// Standard tells that the Dockerfile means what the standard builder does; the
// base image may be another. It is false when Ignored has anything to say.
func (f *File) Standard() bool { return len(f.Ignored()) == 0 }

// Ignored says what the standard builder would ignore: one problem for each
// instruction or flag that is not in the standard form, and one for each part of
// the standard form that the Dockerfile lacks. Comments, quotes, white space and
// harmless order are no difference; neither is another base image.
func (f *File) Ignored() problem.List {
	if f.foreign != nil {
		return problem.List{*f.foreign}
	}
	p, err := f.parse()
	if err != nil {
		return problem.List{f.syntax(err)}
	}
	c := &comparison{f: f, workdir: taskRoot, at: map[part]int{}}
	if c.scope, err = newScope(p, nil); err != nil {
		return problem.List{f.syntax(err)}
	}
	for _, stage := range p.stages[:p.last()] {
		c.ignored(lineOf(stage.Location), stage.SourceCode, "dorc makes the image from the base of the last stage, and has no other stages")
	}
	stage := p.stages[p.last()]
	c.from(stage)
	c.scope = c.scope.stage()
	c.scope.set(taskRootVariable, taskRoot)
	c.scope.given = map[string]string{codePath: function}
	for i, cmd := range stage.Commands {
		c.compare(i, cmd)
	}
	c.command()
	for i, does := range parts {
		if _, ok := c.at[part(i)]; !ok {
			c.problems = append(c.problems, f.at(lineOf(stage.Location), "the standard image builder does more than this Dockerfile",
				"dorc "+does+"; the Dockerfile does not", useDocker))
		}
	}
	return c.problems
}

// comparison walks the last stage.
type comparison struct {
	f        *File
	scope    *scope
	workdir  string
	problems problem.List
	// at has the parts that were found, with the place of the instruction.
	at map[part]int
	// cmd is the last CMD: the ones before it do nothing.
	cmd *instructions.CmdCommand
}

// ignored notes an instruction, which the detail names, and what dorc does instead.
func (c *comparison) ignored(line int, instruction, instead string) {
	c.problems = append(c.problems, c.f.at(line, "the standard image builder would ignore this instruction",
		short(instruction)+": "+instead, useDocker))
}

// flag notes a flag of an instruction that is followed otherwise.
func (c *comparison) flag(cmd instructions.Command, flag, instead string) {
	c.problems = append(c.problems, c.f.at(lineOf(cmd.Location()), "the standard image builder would ignore this flag",
		flag+": "+instead, useDocker))
}

// from compares the platform; any base image will do.
func (c *comparison) from(stage instructions.Stage) {
	if stage.Platform == "" {
		return
	}
	platform, _, err := c.scope.expand(stage.Platform)
	if err == nil && (platform == "linux/amd64" || platform == "linux/x86_64") {
		return
	}
	c.problems = append(c.problems, c.f.at(lineOf(stage.Location), "the standard image builder would ignore this flag",
		"--platform="+stage.Platform+": dorc makes images for linux/amd64", useDocker))
}

// command judges the last CMD. Its shell form means the same: Lambda's own entry
// point takes a handler, not a shell.
func (c *comparison) command() {
	if c.cmd == nil {
		return
	}
	c.at[setHandler] = 0
	if len(c.cmd.CmdLine) != 1 || c.cmd.CmdLine[0] != handler {
		c.ignored(lineOf(c.cmd.Location()), c.cmd.String(), "dorc sets the command to "+handler)
	}
}
