package dockerfile

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// compare judges one instruction of the last stage.
func (c *comparison) compare(i int, cmd instructions.Command) {
	line := lineOf(cmd.Location())
	switch cmd := cmd.(type) {
	case *instructions.ArgCommand:
		c.arg(cmd)
	case *instructions.CopyCommand:
		c.copy(i, cmd)
	case *instructions.AddCommand:
		c.add(i, cmd)
	case *instructions.RunCommand:
		c.run(i, cmd)
	case *instructions.CmdCommand:
		c.cmd = cmd
	case *instructions.WorkdirCommand:
		dir, unknown, err := c.scope.expand(cmd.Path)
		if err != nil || len(unknown) > 0 || dir == "" {
			dir = "?"
		}
		c.workdir = c.below(dir)
		if c.workdir != taskRoot {
			c.ignored(line, "WORKDIR "+cmd.Path, "dorc leaves the base image's working directory")
		}
	case *instructions.EnvCommand:
		c.ignored(line, "ENV "+keys(cmd.Env), "dorc sets no variables in the image; those of a function are in its pipeline.yaml, under environment")
		// An error is that of a bad substitution, which the build would meet, not this comparison.
		_ = c.scope.environment(cmd.Env)
	case *instructions.LabelCommand:
		c.ignored(line, "LABEL "+keys(cmd.Labels), "dorc sets labels of its own only")
	default:
		c.ignored(line, fmt.Sprint(cmd), instead(cmd.Name()))
	}
}

// instead says what dorc does in place of an instruction.
func instead(name string) string {
	switch strings.ToLower(name) {
	case "user":
		return "dorc leaves the base image's user; Lambda has one of its own"
	case "entrypoint":
		return "dorc leaves the base image's entry point"
	case "expose", "healthcheck", "stopsignal", "volume":
		return "dorc leaves what the base image says; Lambda does not use it"
	case "shell":
		return "dorc runs no shell"
	default:
		return "dorc has nothing of the kind"
	}
}

// keys are the names of variables or labels, without values: these may be secret.
func keys(pairs instructions.KeyValuePairs) string {
	names := make([]string, len(pairs))
	for i, kv := range pairs {
		names[i] = kv.Key
	}
	return strings.Join(names, ", ")
}

func (c *comparison) arg(cmd *instructions.ArgCommand) {
	for _, arg := range cmd.Args {
		if arg.Key != codePath {
			c.ignored(lineOf(cmd.Location()), "ARG "+arg.Key, "dorc passes no build argument but "+codePath)
		}
	}
	// As for ENV above.
	_ = c.scope.declare(cmd.Args)
}

func (c *comparison) copy(i int, cmd *instructions.CopyCommand) {
	text := cmd.String()
	if cmd.From != "" {
		c.ignored(lineOf(cmd.Location()), text, "dorc copies from the repo only")
		return
	}
	c.copies(i, cmd, text, cmd.SourcesAndDest)
	c.ownership(cmd, cmd.Chown, cmd.Chmod, cmd.ExcludePatterns)
}

// add is a copy, but for archives and addresses.
func (c *comparison) add(i int, cmd *instructions.AddCommand) {
	text := cmd.String()
	switch {
	case slices.ContainsFunc(cmd.SourcePaths, remote):
		c.ignored(lineOf(cmd.Location()), text, "dorc downloads Python packages only")
	case cmd.Checksum != "" || cmd.KeepGitDir != nil || cmd.Unpack != nil:
		c.ignored(lineOf(cmd.Location()), text, "dorc copies files as they are")
	default:
		before := len(c.at)
		c.copies(i, cmd, text, cmd.SourcesAndDest)
		if _, ok := c.at[copyFunction]; ok && len(c.at) > before && c.at[copyFunction] == i {
			c.ignored(lineOf(cmd.Location()), text, "dorc copies the function's folder as it is and unpacks no archives")
		}
		c.ownership(cmd, cmd.Chown, cmd.Chmod, cmd.ExcludePatterns)
	}
}

func (c *comparison) ownership(cmd instructions.Command, chown, chmod string, excludes []string) {
	if !slices.Contains([]string{"", "0", "0:0", "root", "root:root"}, chown) {
		c.flag(cmd, "--chown="+chown, "dorc's files belong to root, and all can read them")
	}
	if chmod != "" {
		c.flag(cmd, "--chmod="+chmod, "dorc's files have mode 0644, or 0755 when they can be executed")
	}
	for _, pattern := range excludes {
		c.flag(cmd, "--exclude="+pattern, "dorc copies the whole folder, without what git ignores")
	}
}

// copies judges each source of an instruction apart.
func (c *comparison) copies(i int, cmd instructions.Command, text string, s instructions.SourcesAndDest) {
	known := len(s.SourceContents) == 0
	dest, unknown, err := c.scope.expand(s.DestPath)
	known = known && err == nil && len(unknown) == 0
	for _, word := range s.SourcePaths {
		source, unknown, err := c.scope.expand(word)
		if p, ok := c.copied(source, dest); known && ok && err == nil && len(unknown) == 0 {
			c.found(p, i)
		} else {
			known = false
		}
	}
	if !known {
		c.ignored(lineOf(cmd.Location()), text,
			"dorc copies the function's folder, the requirement files and the shared_code_folder")
	}
}

// single is a class of one character, which people write so that a missing file is no error.
var single = regexp.MustCompile(`\[([^\]\\^-])\]`)

// copied is the part that a source and a destination are.
func (c *comparison) copied(source, dest string) (part, bool) {
	source = single.ReplaceAllString(strings.TrimPrefix(path.Clean("/"+source), "/"), "$1")
	target := c.below(dest)
	if source == function || source == function+"/*" {
		return copyFunction, target == taskRoot
	}
	if strings.HasSuffix(dest, "/") || target == taskRoot {
		target = path.Join(target, path.Base(source))
	}
	switch source {
	case "requirements.txt":
		return copyGlobal, target == global
	case path.Dir(function) + "/requirements.txt":
		return copyPipeline, target == pipeline
	}
	return 0, false
}

// below is a path in the image.
func (c *comparison) below(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(c.workdir, name)
}

// found notes a part, the first time.
func (c *comparison) found(p part, i int) {
	if _, ok := c.at[p]; !ok {
		c.at[p] = i
	}
}

// credentials in an address.
var credentials = regexp.MustCompile(`://[^/@\s]+@`)

// short is an instruction on one line, without credentials.
func short(text string) string {
	const most = 100
	text = credentials.ReplaceAllString(strings.Join(strings.Fields(text), " "), "://***@")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
