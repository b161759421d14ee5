// Package worktree reads what git says of a folder: commit, branch, and whether
// everything below it is committed. It asks the program git, without a shell, and
// changes nothing.
package worktree
