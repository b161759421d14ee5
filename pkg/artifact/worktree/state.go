package worktree

import (
	"context"
	"path"
	"path/filepath"
	"strings"
)

// State is what git says of a folder.
type State struct {
	// Repository is the last part of the origin's address without .git, else the name
	// of the work tree's folder; without git, that of the folder itself.
	Repository string
	// Branch is "" when HEAD is detached, as it is in most CI systems, or without git.
	Branch string
	// Commit is the whole hash of HEAD; "" when there is none.
	Commit string
	// Changed are paths below the folder that are not as HEAD has them, those that git
	// does not know and does not ignore among them. Paths begin at the work tree's root.
	Changed []string
	// Missing says why git could not be asked; "" when it could.
	Missing string
}

// Dirty says that what lies in the folder is not exactly the commit.
func (s State) Dirty() bool { return s.Commit == "" || len(s.Changed) > 0 }

// Read asks git about a folder and what is below it. A folder that is in no work
// tree, or a machine without git, is no error: State.Missing says so. An error is
// one of git's own, such as a folder that belongs to someone else.
func Read(ctx context.Context, folder string) (State, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return State{}, err
	}
	s := State{Repository: filepath.Base(folder)}
	out, missing, err := git(ctx, folder, "status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--", ".")
	if err != nil || missing != "" {
		s.Missing = missing
		return s, err
	}
	s.status(out)
	if s.Repository, err = repository(ctx, folder); err != nil {
		return State{}, err
	}
	return s, nil
}

// status reads the second form of git status
// (https://git-scm.com/docs/git-status#_porcelain_format_version_2): entries end
// with a zero byte, and a renamed one is followed by its old path.
func (s *State) status(out string) {
	entries := strings.Split(out, "\x00")
	for i := 0; i < len(entries); i++ {
		kind, rest, _ := strings.Cut(entries[i], " ")
		fields := map[string]int{"1": 8, "2": 9, "u": 10, "?": 1}[kind]
		switch {
		case kind == "#":
			s.header(rest)
		case fields > 0:
			parts := strings.SplitN(rest, " ", fields)
			s.Changed = append(s.Changed, parts[len(parts)-1])
		}
		if kind == "2" {
			i++
		}
	}
}

func (s *State) header(line string) {
	name, value, _ := strings.Cut(line, " ")
	switch {
	case name == "branch.oid" && value != "(initial)":
		s.Commit = value
	case name == "branch.head" && value != "(detached)":
		s.Branch = value
	}
}

// repository is the name of the repository that the folder is in.
func repository(ctx context.Context, folder string) (string, error) {
	// An origin that is not there is exit code 1 without a word.
	origin, _, err := git(ctx, folder, "config", "--default", "", "--get", "remote.origin.url")
	if err != nil {
		return "", err
	}
	if name := nameOf(strings.TrimSpace(origin)); name != "" {
		return name, nil
	}
	top, _, err := git(ctx, folder, "rev-parse", "--show-toplevel")
	return filepath.Base(strings.TrimSpace(top)), err
}

// nameOf is the last part of a repository's address: of https://host/team/name.git,
// host:team/name and /srv/git/name.git it is name.
func nameOf(address string) string {
	address = strings.TrimRight(strings.ReplaceAll(address, "\\", "/"), "/")
	address = address[strings.LastIndexByte(address, ':')+1:]
	name := strings.TrimSuffix(path.Base(address), ".git")
	if name == "." || name == "/" {
		return ""
	}
	return name
}
