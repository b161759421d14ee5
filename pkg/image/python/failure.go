package python

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
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
		Detail: inFunction(k.detail, r.function), Hint: k.hint,
	}
	if k.machine {
		out.File, out.Line, out.Column, out.Resource, out.Detail = "", 0, 0, "function "+r.function, k.detail
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
		places = append(places, fmt.Sprintf("%s (%s:%d)", redactURLs(q.text), r.req.shown(q.file), q.line))
	}
	if len(places) == 0 || len(places) > shownParties {
		return last, k.detail
	}
	return last, "asked for: " + strings.Join(places, ", ") + "; " + k.detail
}

// onMachine explains what this machine cannot do. Others pass as they are.
func onMachine(function string, err error) error {
	var path *fs.PathError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return problem.Problem{Resource: "function " + function, Summary: diskFull, Detail: err.Error(), Hint: diskHint}
	case errors.As(err, &path):
		return problem.Problem{
			Resource: "function " + function, Summary: "the cache of Python packages cannot be written or read", Detail: err.Error(),
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
}

// saying is what a tool said when it failed.
type saying struct {
	*failure
	text   string
	target Target
}

// form is a failure that tools have words for. The first group of the pattern is
// the requirement, when there is one.
type form struct {
	pattern *regexp.Regexp
	known   func(s *saying, requirement string) known
}

var forms = []form{
	{regexp.MustCompile(`(?i)No space left on device|Disk quota exceeded`), func(s *saying, _ string) known {
		return known{summary: diskFull, detail: s.excerpt(), hint: diskHint, machine: true}
	}},
	{regexp.MustCompile(`(?m)^dorc: this pip takes environment markers`), func(s *saying, _ string) known {
		return known{summary: "this pip cannot resolve for another Python", machine: true,
			detail: fmt.Sprintf("markers such as python_version would mean this machine's Python, not the image's %s", s.target.Version),
			hint:   fmt.Sprintf("Install uv, or a Python %s with pip, or another version of pip.", s.target.minor())}
	}},
	{regexp.MustCompile(`(?i)401 (?:Client )?Error|401 Unauthorized|User for \S+:`), func(s *saying, _ string) known { return s.unauthorized() }},
	{regexp.MustCompile(`(?i)403 (?:Client )?Error|403 Forbidden`), func(s *saying, _ string) known { return s.forbidden() }},
	{regexp.MustCompile(`(?i)DO NOT MATCH THE HASHES|Hash mismatch for`), func(s *saying, _ string) known {
		return known{summary: "a package is not the one whose hash is given", detail: s.excerpt(), project: s.mismatched(),
			hint: "Do not use it before you know why: the index may have been tampered with. If the version was changed on purpose, write its hashes anew."}
	}},
	{regexp.MustCompile(`(?is)Hashes are required in --require-hashes mode.*?\n\s+([A-Za-z0-9][^\s=<>~!;\[]*)[^\n]*--hash|all requirements must have their versions pinned with ==.*?:\s*\n\s+([A-Za-z0-9][^\s=<>~!;\[]*)|In .--require-hashes. mode, all requirements must (?:have a hash|be pinned upfront with .==.|have their versions pinned).*?but found: ` + "`?" + `([A-Za-z0-9][^\s=<>~!;\[` + "`" + `]*)`), func(s *saying, q string) known {
		return known{summary: "a package has no hash, and others have", project: normalize(q), detail: s.excerpt(),
			hint: "Once one requirement has a hash, all must be pinned with == and have one, also those that others need. Write them with pip-compile --generate-hashes or uv pip compile --generate-hashes."}
	}},
	{regexp.MustCompile(`(?i)ResolutionImpossible|these package versions have conflicting dependencies|your requirements are unsatisfiable`), (*saying).unsatisfiable},
	{regexp.MustCompile(`(?i)No matching distribution found for ([A-Za-z0-9][^\s=<>~!;\[(]*)`), (*saying).missing},
	{regexp.MustCompile(`(?i)NewConnectionError|Failed to establish a new connection|Connection refused|ConnectTimeout|timed out|dns error|client error \(Connect\)|error sending request|Could not connect|Temporary failure in name resolution|SSLError|certificate verify failed|50[0234] Server Error|\((50[0234]) `), func(s *saying, _ string) known {
		return s.unreachable()
	}},
	{regexp.MustCompile(`(?i)No solution found|was not found in the package registry|was not found in the provided package locations`), (*saying).unsatisfiable},
}

// known finds the words of a failure.
func (s *saying) known() known {
	var exit *exec.ExitError
	if errors.As(s.err, &exit) && exit.ExitCode() < 0 {
		return known{summary: "the program that gets Python packages was ended", detail: fmt.Sprintf("%s: %v", s.tool, s.err), machine: true,
			hint: "It may have been short of memory. Nothing half-made is kept; run again to go on."}
	}
	flat := strings.Join(strings.Fields(s.text), " ") // uv breaks its lines
	for _, f := range forms {
		for _, text := range []string{s.text, flat} {
			if m := f.pattern.FindStringSubmatch(text); m != nil {
				return f.known(s, strings.Join(m[1:], ""))
			}
		}
	}
	return known{summary: "the Python packages cannot be resolved", detail: s.excerpt(), hint: "Correct the requirement, or check the package index."}
}

// fetching is what pip wrote into its log of addresses that failed, else what was said.
func (s *saying) fetching() string {
	for _, l := range s.log {
		if _, reason, ok := strings.Cut(l, "Could not fetch URL "); ok {
			return fmt.Sprintf("%s: %s", s.tool, strings.TrimSuffix(reason, " - skipping"))
		}
	}
	return s.excerpt()
}

func (s *saying) unauthorized() known {
	return known{summary: "a package index does not accept the credentials", detail: s.fetching(),
		hint: "Set user and password in PIP_INDEX_URL or UV_DEFAULT_INDEX (https://user:password@host/simple), or in ~/.netrc."}
}

func (s *saying) forbidden() known {
	return known{summary: "a package index refuses access", detail: s.fetching(), hint: "Ask who runs the index for access, or use another one."}
}

// unreachable is an index that gives no answer.
func (s *saying) unreachable() known {
	return known{summary: "a package index cannot be reached", detail: s.fetching(),
		hint: "Check the network and the index's address (PIP_INDEX_URL or UV_DEFAULT_INDEX). Run again to go on."}
}

// shownLines is how much of the tool's words an error has.
const shownLines = 8

// excerpt is what the tool said of the failure, on one line.
func (s *saying) excerpt() string {
	var picked []string
	for _, l := range s.lines {
		l = strings.TrimSpace(strings.TrimLeft(l, " ×╰─▶├│"))
		for _, prefix := range []string{"ERROR: ", "error: ", "WARNING: "} {
			l = strings.TrimPrefix(l, prefix)
		}
		if l == "" || progressLine.MatchString(l) || slices.Contains(picked, l) {
			continue
		}
		picked = append(picked, l)
	}
	if len(picked) > shownLines {
		picked = picked[len(picked)-shownLines:]
	}
	if picked == nil {
		return fmt.Sprintf("%s: %v", s.tool, s.err)
	}
	return fmt.Sprintf("%s: %s", s.tool, strings.Join(picked, " "))
}

// progressLine are lines that say what goes well.
var progressLine = regexp.MustCompile(`^(Collecting |Downloading |Using |Looking in |Obtaining |Saved |File was already |Successfully |Resolved |Prepared |Installed |Cached |\[notice\]|Traceback|File "|raise |return |\^|~|\d+ (verbose )?log)`)
