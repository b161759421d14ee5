package state

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/aws/smithy-go"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// unusable is the problem of a file or object that could not be used.
func (s *Store) unusable(summary, key string, err error) error {
	return fileProblem(s.bucket.location(key), summary, err)
}

// fileProblem words err for a person and says what to do about the known causes.
// The cause stays reachable with errors.Is.
func fileProblem(place, summary string, err error) error {
	p := problem.Problem{File: place, Summary: summary, Detail: err.Error()}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		p.Detail = "the disk is full or the quota is used up"
		p.Hint = "make room and run the command again; nothing that was recorded is lost"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		p.Detail = "this user may not do that there, or the file system is read-only"
		p.Hint = "make the folder writable, or set INFRA_BUCKET to another place"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EISDIR):
		p.Detail = "a file is where a folder should be, or the other way round"
		p.Hint = "move it away, or set INFRA_BUCKET to another place"
	default:
		var answer smithy.APIError
		if errors.As(err, &answer) {
			p.Detail = answer.ErrorCode() + ": " + answer.ErrorMessage()
			p.Hint = "look at INFRA_BUCKET and at the credentials; on the cloud target `dorc init` says what is missing"
		}
	}
	return &causedProblem{Problem: p, cause: err}
}

// causedProblem is a problem that keeps the error it came from.
type causedProblem struct {
	problem.Problem
	cause error
}

func (c *causedProblem) Unwrap() []error { return []error{c.Problem, c.cause} }
