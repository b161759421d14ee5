package python

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var markers = []string{
	`python_version < "3.9"`, `python_version >= '3.9'`, `python_version == "3.12.*"`, `python_version != "3.12.*"`, `python_version ~= "3.8"`,
	`python_full_version < "3.12.1"`, `python_full_version ~= "3.12.0"`, `python_full_version === "3.12.0"`, `"3.10" <= python_version`,
	`python_version in "3.11 3.12"`, `python_version not in "3.11 3.12"`, `sys_platform == "linux"`, `"linux" in sys_platform`, `sys_platform != "win32" and platform_machine == "x86_64"`,
	`(python_version < "3" or os_name == "posix") and (platform_system == "Linux")`, `python_version < "3" or os_name == "nt" and platform_system == "Linux"`,
	`implementation_name == "cpython"`, `platform_python_implementation != "PyPy"`, `implementation_version >= "3.12"`, `extra == "more"`, `extra == "less"`, `extra != "more"`,
	`python_version > "3.9" and extra == "more"`, `platform_release == ""`, `platform_version >= "1"`, `os_name > "nt"`, `python_version == "3.12.0"`, `python_version > "3"`,
	`python_full_version == "3.12"`, `sys.platform == "linux" and os.name == "posix"`, `python_implementation == "CPython"`,
}

// Markers mean to us what they mean to pip's own library.
func TestMarkersAsPip(t *testing.T) {
	python := anyPython(t, aws312)
	script := `import json, sys
from pip._vendor.packaging.markers import Marker
environment, markers = json.load(sys.stdin)
print(json.dumps([bool(Marker(m).evaluate(dict(environment, extra="more"))) for m in markers]))`
	for _, target := range []Target{aws312, awsTarget("3.9"), awsTarget("3.13")} {
		input, err := json.Marshal([]any{target.environment(), markers})
		require.NoError(t, err)
		cmd := exec.Command(python.path, "-I", "-c", script)
		cmd.Stdin = strings.NewReader(string(input))
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		var want []bool
		require.NoError(t, json.Unmarshal(out, &want))
		for i, text := range markers {
			m, err := parseMarker(text)
			require.NoError(t, err, text)
			assert.Equal(t, want[i], m.holds(target.environment(), []string{"more"}), "%s for %s", text, target.Version)
		}
	}
}

func FuzzMarker(f *testing.F) {
	for _, m := range markers {
		f.Add(m)
	}
	f.Add(strings.Repeat("(", 100000))
	f.Fuzz(func(t *testing.T, text string) {
		if m, err := parseMarker(text); err == nil {
			m.holds(aws312.environment(), nil)
		}
	})
}

// Whatever a file has, what reaches the tools is requirements only: one on each
// line, none of which begins with an option, is a path or an address of another kind.
func FuzzRequirementsTxt(f *testing.F) {
	f.Add("good==1.0 --hash=sha256:" + strings.Repeat("0", 64) + "\n-c x.txt\n")
	f.Add("a[b,c] @ https://example.com/a-1-py3-none-any.whl ; python_version < '3'\n")
	f.Add("a \\\n -e .\n--index-url https://x/\n\ufeffb\r\n# c\\\nd\n-r requirements.txt")
	f.Fuzz(func(t *testing.T, text string) {
		r := Requirements{Roots: []Root{{"requirements.txt", RequirementsTxt}}, Files: map[string][]byte{"requirements.txt": []byte(text)}}
		p, err := r.read("weather", aws312)
		if err != nil {
			return
		}
		for _, g := range p.groups {
			written := string(lines(g.requirements, nil))
			if n := strings.Count(written, "\n"); n != len(g.requirements) {
				t.Errorf("%d lines for %d requirements: %q", n, len(g.requirements), written)
			}
			for line := range strings.Lines(written) {
				word := strings.Fields(line)
				if len(word) == 0 || !nameForm.MatchString(line) && !strings.Contains(line, "://") {
					t.Errorf("%q is no requirement", line)
				}
				if slices.ContainsFunc(word, func(w string) bool { return strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "--hash=") }) {
					t.Errorf("%q has an option", line)
				}
			}
		}
	})
}
