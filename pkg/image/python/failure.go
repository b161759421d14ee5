package python

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"github.com/dorc-dev/dorc/pkg/problem"
)

func asDamaged(err error) (d *damaged, ok bool) {
	ok = errors.As(err, &d)
	return d, ok
}

// explain turns a tool's failure into a problem with the requirement's place.
func (r *resolver) explain(ctx context.Context, err error, g group) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var f *failure
	if !errors.As(err, &f) {
		return r.broken(err)
	}
	said := &saying{failure: f, text: strings.Join(f.lines, "\n"), target: r.target}
	k := said.known()
	if k.conflict {
		k.project, k.detail = r.parties(said, k)
	}
	q := r.req.origin(slices.Concat(g.requirements, r.asked), k.project)
	out := problem.Problem{
		File: r.req.shown(q.file), Line: q.line, Column: q.column, Summary: k.summary,
		Detail: ofOwner(k.detail, r.owner), Hint: k.hint,
	}
	if out.File == "" {
		out.Resource, out.Detail = r.owner, k.detail
	}
	if err := r.notAdopted[k.project]; err != nil {
		out.Detail += "; dorc would make a wheel of its source archive, but: " + err.Error()
	}
	if k.machine {
		out.File, out.Line, out.Column, out.Resource, out.Detail = "", 0, 0, r.owner, k.detail
	}
	return out
}

// origin is where a project was asked for. What others need, and what the tool
// did not name, is laid to the file alone.
func (r Requirements) origin(asked []requirement, project string) requirement {
	for _, q := range asked {
		if q.name != "" && q.name == project {
			return q
		}
	}
	if len(asked) == 0 {
		return requirement{}
	}
	first := asked[0]
	if slices.ContainsFunc(asked, func(q requirement) bool { return q.file != first.file || q.line != first.line }) {
		first.line, first.column = 0, 0
	}
	return first
}

// shownParties is how many requirements of a conflict an error names.
const shownParties = 5

// parties are the requirements that a conflict is between, as far as the tool
// named them. The last one is the function's own when it has one.
func (r *resolver) parties(s *saying, k known) (last, detail string) {
	var places []string
	text := normalize(s.excerpt())
	for _, q := range r.asked {
		if q.name == "" || !regexp.MustCompile(`(^|[^a-z0-9-])`+regexp.QuoteMeta(q.name)+`([^a-z0-9-]|$)`).MatchString(text) {
			continue
		}
		last = q.name
		places = append(places, fmt.Sprintf("%s (%s)", redactURLs(q.text), r.req.place(q)))
	}
	if len(places) == 0 || len(places) > shownParties {
		return last, k.detail
	}
	return last, "asked for: " + strings.Join(places, ", ") + "; " + k.detail
}

// onMachine explains what this machine cannot do. Others pass as they are.
func onMachine(owner string, err error) error {
	var path *fs.PathError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return problem.Problem{Resource: owner, Summary: diskFull, Detail: err.Error(), Hint: diskHint}
	case errors.As(err, &path):
		return problem.Problem{
			Resource: owner, Summary: "the cache of Python packages cannot be written or read", Detail: err.Error(),
			Hint: "Check the folder and its rights, or name another cache folder.",
		}
	}
	return err
}

const (
	diskFull = "the disk is full while Python packages are made"
	diskHint = "Make room, or name a cache folder on another disk. Nothing half-made is kept; run again to go on."
)

// known is an understood failure.
type known struct {
	project, summary, detail, hint string
	// machine: the place is this machine, not a requirement.
	machine bool
	// conflict: several requirements are to blame.
	conflict bool
	// index: the package index is to blame, or the way to it.
	index bool
}

// broken explains a wheel that cannot be installed.
func (r *resolver) broken(err error) error {
	d, ok := asDamaged(err)
	if !ok {
		return err
	}
	q := r.req.origin(r.asked, normalize(strings.SplitN(d.wheel, "-", 2)[0]))
	out := problem.Problem{
		File: r.req.shown(q.file), Line: q.line, Column: q.column, Summary: "a package cannot be installed",
		Detail: ofOwner(d.Error(), r.owner), Hint: "Pin another version of the package, and tell its authors.",
	}
	if out.File == "" {
		out.Resource = r.owner
	}
	return out
}
