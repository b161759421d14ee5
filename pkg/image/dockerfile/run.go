package dockerfile

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// run judges RUN: it may install the requirement files, after they are copied.
func (c *comparison) run(i int, cmd *instructions.RunCommand) {
	const instead = "dorc runs no commands: it installs the packages of the requirement files of repo and pipeline"
	c.runFlags(cmd)
	installs, ok := c.installs(cmd)
	if !ok {
		c.ignored(lineOf(cmd.Location()), cmd.String(), instead)
		return
	}
	for _, in := range installs {
		for _, file := range in.files {
			switch file {
			case global:
				ok = ok && c.after(copyGlobal, installGlobal, i)
			case pipeline:
				ok = ok && c.after(copyPipeline, installPipeline, i)
			default:
				ok = false
			}
		}
		for _, other := range in.others {
			c.flag(cmd, "pip install "+credentials.ReplaceAllString(other, "://***@"),
				"dorc installs what the requirement files say, from the index that the environment of dorc names")
		}
	}
	if !ok {
		c.ignored(lineOf(cmd.Location()), cmd.String(), instead)
	}
}

// after notes an installation whose file was copied before it.
func (c *comparison) after(copied, installed part, i int) bool {
	if _, ok := c.at[copied]; !ok {
		return false
	}
	c.found(installed, i)
	return true
}

// runFlags judges what goes with the command. Caches and secrets help to install, and leave nothing in the image.
func (c *comparison) runFlags(cmd *instructions.RunCommand) {
	if err := cmd.Expand(func(word string) (string, error) {
		value, _, err := c.scope.expand(word)
		return value, err
	}); err != nil {
		c.flag(cmd, "--mount", err.Error())
		return
	}
	for _, m := range instructions.GetMounts(cmd) {
		switch m.Type {
		case instructions.MountTypeBind, instructions.MountTypeSSH:
			c.flag(cmd, "--mount=type="+string(m.Type), "dorc mounts nothing")
		}
	}
	if network := instructions.GetNetwork(cmd); network != instructions.NetworkDefault {
		c.flag(cmd, "--network="+network, "dorc uses the network of the machine")
	}
}

// installs reads the command, in its shell, JSON or here-document form.
func (c *comparison) installs(cmd *instructions.RunCommand) ([]install, bool) {
	switch {
	case len(cmd.Files) == 1 && len(cmd.CmdLine) == 1 && strings.HasPrefix(strings.TrimSpace(cmd.CmdLine[0]), "<<"):
		return c.script(cmd.Files[0].Data)
	case len(cmd.Files) > 0:
		return nil, false
	case cmd.PrependShell:
		return c.script(strings.Join(cmd.CmdLine, " "))
	case len(cmd.CmdLine) == 3 && (cmd.CmdLine[0] == "sh" || cmd.CmdLine[0] == "/bin/sh" || cmd.CmdLine[0] == "/bin/bash" || cmd.CmdLine[0] == "bash") && cmd.CmdLine[1] == "-c":
		return c.script(cmd.CmdLine[2])
	default:
		in, ok := c.pip(cmd.CmdLine)
		return []install{in}, ok
	}
}

// script reads a shell script that installs requirement files and does nothing else.
func (c *comparison) script(text string) ([]install, bool) {
	lists, ok := split(text, c.scope)
	if !ok {
		return nil, false
	}
	var all []install
	for _, list := range lists {
		in, ok := c.list(list)
		if !ok {
			return nil, false
		}
		all = append(all, in...)
	}
	return all, len(all) > 0
}

// list reads commands that && and || join:
//
//	[test -f FILE &&] pip install -r FILE [&& pip install -r FILE …] [|| echo …]
func (c *comparison) list(list []simple) (all []install, ok bool) {
	guard := ""
	for i, cmd := range list {
		nothing := idle(cmd.words)
		file, tested := guards(cmd.words)
		switch {
		case cmd.op == "||" && i == len(list)-1 && nothing && len(all) > 0:
		case cmd.op == "||":
			return nil, false
		case i == 0 && tested:
			guard = c.below(file)
		case nothing || (len(cmd.words) == 2 && cmd.words[0] == "set"):
		default:
			in, ok := c.pip(cmd.words)
			if !ok {
				return nil, false
			}
			all = append(all, in)
		}
	}
	if guard == "" {
		return all, true
	}
	for _, in := range all {
		for _, file := range in.files {
			if file != guard {
				return nil, false
			}
		}
	}
	return all, len(all) > 0
}

// idle commands say something, or nothing.
func idle(words []string) bool {
	return words[0] == "echo" || words[0] == "printf" || (len(words) == 1 && (words[0] == "true" || words[0] == ":"))
}

// guards is the file that a test asks for.
func guards(words []string) (string, bool) {
	switch {
	case len(words) == 3 && words[0] == "test":
		words = words[1:]
	case len(words) == 4 && (words[0] == "[" && words[3] == "]" || words[0] == "[[" && words[3] == "]]"):
		words = words[1:3]
	default:
		return "", false
	}
	return words[1], words[0] == "-f" || words[0] == "-e" || words[0] == "-s" || words[0] == "-r"
}
