package python

import (
	"fmt"
	"regexp"
	"strings"
)

// Why a project has nothing to install, in the words of pip's log and of uv.
var (
	noWheelUV     = regexp.MustCompile(`(?is)(?:Because|and|that) (?:only )?\W*([A-Za-z0-9][A-Za-z0-9._-]*?)(?:==|<=|>=|<|>|\[| )[^,]*?has no (?:usable )?wheels|Wheels are required for .([A-Za-z0-9][A-Za-z0-9._-]*). because building`)
	absentUV      = regexp.MustCompile(`(?is)([A-Za-z0-9][A-Za-z0-9._-]*)\s+was\s+not\s+found\s+in\s+the\s+(?:package\s+registry|provided\s+package)`)
	noVersionUV   = regexp.MustCompile(`(?is)there\s+(?:is|are)\s+no\s+versions?\s+of\s+([A-Za-z0-9][A-Za-z0-9._-]*)`)
	otherPythonUV = regexp.MustCompile(`(?i)(?:does not satisfy Python.*? and |Because (?:only )?)([A-Za-z0-9][A-Za-z0-9._-]*?)(?:==|<=|>=|<|>| )[^,]*?(?:depends on|requires) Python ?[<>=!~]`)
	mismatchPip   = regexp.MustCompile(`(?m)^\s+([A-Za-z0-9][A-Za-z0-9._-]*)[^\n]*\bfrom\b`)
	mismatchUV    = regexp.MustCompile("(?i)Hash mismatch for `([A-Za-z0-9._-]+?)==")
	fromVersions  = regexp.MustCompile(`\(from versions: ([^)]*)\)`)
)

const wheelHint = "Pin a version that has wheels for the image's Python, or use image_builder: docker, which builds them in the image."

// missing is pip's "No matching distribution found", told apart by its log.
func (s *saying) missing(name string) known {
	project := normalize(name)
	var sources, tags, pythons, absent, broken bool
	for _, l := range s.log {
		mentions := strings.Contains(normalize(l), project)
		switch {
		case mentions && strings.Contains(l, "No sources permitted for"):
			sources = true
		case mentions && strings.Contains(l, "are compatible"):
			tags = true
		case mentions && strings.Contains(l, "requires a different Python"):
			pythons = true
		case mentions && strings.Contains(l, "404 Client Error"):
			absent = true
		case strings.Contains(l, "401 Client Error"):
			return s.unauthorized()
		case strings.Contains(l, "403 Client Error"):
			return s.forbidden()
		case strings.Contains(l, "Could not fetch URL") && !strings.Contains(l, "404 Client Error"):
			broken = true
		}
	}
	wanted := lastMatch(regexp.MustCompile(`No matching distribution found for ([^\n]+)`), s.text)
	versions := lastMatch(fromVersions, s.text)
	switch {
	case broken:
		return s.unreachable()
	case versions != "" && versions != "none" && !sources && !tags && !pythons:
		return s.noVersion(project, wanted, versions)
	case sources || tags || pythons && !absent:
		return s.noWheel(project, wanted, sources, tags, pythons, versions)
	case versions != "" && versions != "none":
		return s.noVersion(project, wanted, versions)
	}
	return s.absent(project)
}

func lastMatch(pattern *regexp.Regexp, text string) string {
	all := pattern.FindAllStringSubmatch(text, -1)
	if len(all) == 0 {
		return ""
	}
	return strings.TrimSpace(all[len(all)-1][1])
}

func (s *saying) otherPython(project string) known {
	return known{project: project, summary: "a package is for other versions of Python", detail: fmt.Sprintf("the image has Python %s; %s", s.target.minor(), s.excerpt()), hint: "Pin a version that is for the image's Python."}
}

func (s *saying) absent(project string) known {
	return known{project: project, summary: "a required package does not exist", detail: fmt.Sprintf("the package index has no %s", project),
		hint: "Correct the name, or set the index that has it (PIP_INDEX_URL, PIP_EXTRA_INDEX_URL or UV_INDEX)."}
}

// shownVersions is how many versions an error names, the newest.
const shownVersions = 10

func (s *saying) noVersion(project, wanted, versions string) known {
	detail := s.excerpt()
	if list := strings.Split(versions, ", "); versions != "" {
		if len(list) > shownVersions {
			list = list[len(list)-shownVersions:]
		}
		detail = fmt.Sprintf("%s is required; the newest versions with wheels for the image are %s", wanted, strings.Join(list, ", "))
	}
	return known{project: project, summary: "a required version does not exist", detail: detail, hint: "Require one that exists."}
}

func (s *saying) noWheel(project, wanted string, sources, tags, pythons bool, versions string) known {
	platform := fmt.Sprintf("CPython %s on %s (glibc 2.%d)", s.target.minor(), s.target.Platform, s.target.glibcMinor())
	why := "it has wheels for other platforms or Pythons only"
	switch {
	case sources && !tags && !pythons:
		why = "it has source distributions only"
	case pythons && !tags:
		why = "it is for other versions of Python"
	}
	if versions != "" && versions != "none" {
		why += "; there are wheels of " + versions
	}
	return known{project: project, summary: "a package has no wheel for the image", detail: fmt.Sprintf("%s: no wheel for %s: %s", wanted, platform, why), hint: wheelHint}
}

// unsatisfiable is a set of requirements without solution: uv says so for every
// reason, pip for conflicts only.
func (s *saying) unsatisfiable(string) known {
	flat := strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╰─▶", " ", "×", " ").Replace(s.text)), " ")
	if s.tool == UV {
		if m := absentUV.FindStringSubmatch(flat); m != nil {
			return s.absent(normalize(m[1]))
		}
		if m := noWheelUV.FindStringSubmatch(flat); m != nil {
			project := normalize(m[1] + m[2])
			return s.noWheel(project, s.wanted(project), strings.Contains(flat, "no usable wheels") || strings.Contains(flat, "no wheels are usable"), strings.Contains(flat, "platform tag") || strings.Contains(flat, "ABI tag") || strings.Contains(flat, "Python implementation tag"), false, "")
		}
		if m := otherPythonUV.FindStringSubmatch(flat); m != nil {
			return s.otherPython(normalize(m[1]))
		}
		if m := noVersionUV.FindStringSubmatch(flat); m != nil && !strings.Contains(flat, "conflict") && strings.Count(flat, "depends on") == 0 {
			return known{project: normalize(m[1]), summary: "a required version does not exist", detail: s.excerpt(), hint: "Require one that exists."}
		}
	}
	return known{conflict: true, summary: "requirements exclude each other", detail: s.excerpt(),
		hint: "An image has one version of a package: loosen or align the versions. The repo's, the pipeline's and the function's requirements hold together."}
}

// wanted is what uv says is required of a project, else its name.
func (s *saying) wanted(project string) string {
	m := regexp.MustCompile(`(?i)(` + regexp.QuoteMeta(project) + `==[A-Za-z0-9.!+_-]+)`).FindString(strings.ReplaceAll(s.text, "_", "-"))
	if m == "" {
		return project
	}
	return strings.TrimRight(m, ".,")
}

func (s *saying) mismatched() string {
	if m := mismatchUV.FindStringSubmatch(s.text); m != nil {
		return normalize(m[1])
	}
	if m := mismatchPip.FindStringSubmatch(s.text); m != nil {
		return normalize(m[1])
	}
	return ""
}
