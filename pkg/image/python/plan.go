package python

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// group is what one run of the tool resolves. Requirements with hashes and
// without do not go together, and a lock file is taken as it is.
type group struct {
	requirements, constraints []requirement
	// hashed: everything must have a hash. locked: nothing is added.
	hashed, locked bool
}

// plan is what is to be installed.
type plan struct {
	// groups are resolved one after the other; a later one keeps to the versions
	// of those before.
	groups   []group
	settings settings
}

// read checks the requirements and orders them: lock files, then the files with
// hashes together, then the others together.
func (r *Requirements) read(owner string, t Target) (*plan, error) {
	var p plan
	var locks []group
	hashed, plain := group{hashed: true}, group{}
	var problems problem.List
	for _, root := range r.Roots {
		in := reading{all: r, seen: map[string]bool{}}
		if data, ok := r.Files[root.Path]; !ok || data == nil {
			if !ok {
				return nil, problem.Problem{File: r.shown(root.Path), Summary: "a file of requirements does not exist", Detail: owner, Hint: "Create it, or correct its path."}
			}
		}
		switch root.Kind {
		case RequirementsTxt, Locked:
			in.text(root.Path, false)
		case Pyproject:
			in.pyproject(root.Path)
		case UVLock:
			in.lock(root.Path, t)
		default:
			return nil, fmt.Errorf("%s: %q is no kind of requirements", root.Path, root.Kind)
		}
		problems = append(problems, in.problems...)
		p.settings.merge(in.settings)
		switch {
		case root.Kind == Locked:
			problems = append(problems, r.withoutHash(in.group)...)
			in.group.locked = true
			locks = append(locks, in.group)
		case root.Kind == UVLock:
			locks = append(locks, in.group)
		case in.settings.hashes || slices.ContainsFunc(in.group.requirements, func(q requirement) bool { return q.hashes != nil }):
			problems = append(problems, r.withoutHash(in.group)...)
			hashed.add(in.group)
		default:
			plain.add(in.group)
		}
	}
	problems = append(problems, r.lockConflicts(locks)...)
	for _, needed := range r.More {
		for _, g := range append(locks, hashed, plain) {
			problems = append(problems, r.otherwisePinned(needed, g)...)
		}
		text := needed.Name + "[" + needed.Extras + "]==" + needed.Version
		if _, err := parseRequirement(text); err != nil {
			return nil, fmt.Errorf("the requirement %q: %w", text, err)
		}
		plain.requirements = append(plain.requirements, requirement{name: needed.Name, text: text})
	}
	for i := range problems {
		problems[i].Detail = ofOwner(problems[i].Detail, owner)
	}
	for _, g := range append(locks, hashed, plain) {
		if len(g.requirements) > 0 {
			p.groups = append(p.groups, g)
		}
	}
	return &p, problems.Err()
}

func ofOwner(detail, owner string) string {
	if detail == "" {
		return owner
	}
	return detail + " (" + owner + ")"
}

func (g *group) add(other group) {
	g.requirements = append(g.requirements, other.requirements...)
	g.constraints = append(g.constraints, other.constraints...)
}

func (s *settings) merge(other settings) {
	if other.index != "" {
		s.index = other.index
	}
	s.extra = append(s.extra, other.extra...)
	s.findLinks = append(s.findLinks, other.findLinks...)
	s.trusted = append(s.trusted, other.trusted...)
	s.noIndex, s.pre = s.noIndex || other.noIndex, s.pre || other.pre
	for address, name := range other.named {
		if s.named == nil {
			s.named = map[string]string{}
		}
		s.named[address] = name
	}
}

// withoutHash are the requirements that lack a hash though others have one.
func (r *Requirements) withoutHash(g group) (all problem.List) {
	for _, q := range g.requirements {
		if q.hashes == nil && !strings.Contains(q.text, "#sha256=") {
			all = append(all, problem.Problem{
				File: r.shown(q.file), Line: q.line, Column: q.column, Summary: "a requirement has no hash, and others have",
				Detail: redactURLs(q.text) + ": once one requirement has a hash, each must have one, also those that it needs itself",
				Hint:   "Write all hashes, as pip-compile --generate-hashes and uv export do, or none.",
			})
		}
	}
	return all
}

// exactly matches the version that a requirement pins.
var exactly = regexp.MustCompile(`===?\s*([A-Za-z0-9][A-Za-z0-9.+!_-]*)\s*\)?\s*(?:;|,|$)`)

// otherwisePinned are requirements that pin another version than the needed one.
// What leaves it out in other ways the tool finds.
func (r *Requirements) otherwisePinned(needed Needed, g group) (all problem.List) {
	for _, q := range g.requirements {
		m := exactly.FindStringSubmatch(q.text)
		if q.name != needed.Name || m == nil || m[1] == needed.Version {
			continue
		}
		all = append(all, problem.Problem{
			File: r.shown(q.file), Line: q.line, Column: q.column, Summary: "a package is pinned to another version than the image needs",
			Detail: fmt.Sprintf("%s here; %s is needed: %s", redactURLs(q.text), needed.Version, needed.Why), Hint: needed.Hint,
		})
	}
	return all
}

// lockConflicts are packages that two lock files have in different versions.
func (r *Requirements) lockConflicts(locks []group) (all problem.List) {
	first := map[string]requirement{}
	for _, g := range locks {
		for _, q := range g.requirements {
			other, ok := first[q.name]
			if !ok {
				first[q.name] = q
			} else if other.text != q.text {
				all = append(all, problem.Problem{
					File: r.shown(q.file), Line: q.line, Summary: "requirements exclude each other",
					Detail: fmt.Sprintf("%s here, %s in %s:%d", redactURLs(q.text), redactURLs(other.text), r.shown(other.file), other.line),
					Hint:   "An image has one version of a package. Lock the same version in both.",
				})
			}
		}
	}
	return all
}
