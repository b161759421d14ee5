package python

import (
	"fmt"
	"regexp"
)

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
	{regexp.MustCompile(`(?is)Hashes are required in --require-hashes mode.*?\n\s+([A-Za-z0-9][^\s=<>~!;\[]*)[^\n]*--hash|all requirements must have their versions pinned with ==.*?:\s*\n\s+([A-Za-z0-9][^\s=<>~!;\[]*)|In .--require-hashes. mode, all requirements must (?:have a hash|be pinned upfront with .==.|have their versions pinned).*?but found: ` + "`?" + `([A-Za-z0-9][^\s=<>~!;\[` + "`" + `]*)` +
		// uv also says so when it is at a package's metadata before it is at who needs it.
		`|Hash-checking is (?:enabled|required), but no (?:trusted )?hash(?:es)? (?:was|were) (?:provided|computed|provided or computed) for:? ` + "`?" + `([A-Za-z0-9][^\s=<>~!;\[` + "`" + `]*)`), func(s *saying, q string) known {
		return known{summary: "a package has no hash, and others have", project: normalize(q), detail: s.excerpt(),
			hint: "Once one requirement has a hash, all must be pinned with == and have one, also those that others need. Write them with pip-compile --generate-hashes or uv pip compile --generate-hashes."}
	}},
	{regexp.MustCompile(`(?i)ResolutionImpossible|these package versions have conflicting dependencies|your requirements are unsatisfiable`), (*saying).unsatisfiable},
	{regexp.MustCompile(`Package '([A-Za-z0-9][A-Za-z0-9._-]*)' requires a different Python`), func(s *saying, q string) known { return s.otherPython(normalize(q)) }},
	{regexp.MustCompile(`(?i)No matching distribution found for ([A-Za-z0-9][^\s=<>~!;\[(]*)`), (*saying).missing},
	{regexp.MustCompile(`(?i)NewConnectionError|Failed to establish a new connection|Connection refused|ConnectTimeout|timed out|dns error|client error \(Connect\)|error sending request|Could not connect|Temporary failure in name resolution|SSLError|certificate verify failed|50[0234] Server Error|\((50[0234]) `), func(s *saying, _ string) known {
		return s.unreachable()
	}},
	{regexp.MustCompile(`(?i)No solution found|was not found in the package registry|was not found in the provided package locations`), (*saying).unsatisfiable},
}
