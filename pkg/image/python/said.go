package python

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

// saying is what a tool said when it failed.
type saying struct {
	*failure
	text   string
	target Target
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
	return known{index: true, summary: "a package index does not accept the credentials", detail: s.fetching(),
		hint: "Set user and password in PIP_INDEX_URL or UV_DEFAULT_INDEX (https://user:password@host/simple), or in ~/.netrc."}
}

func (s *saying) forbidden() known {
	return known{index: true, summary: "a package index refuses access", detail: s.fetching(), hint: "Ask who runs the index for access, or use another one."}
}

// unreachable is an index that gives no answer.
func (s *saying) unreachable() known {
	return known{index: true, summary: "a package index cannot be reached", detail: s.fetching(),
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
