package python

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Interpreter is a Python that works.
type Interpreter struct {
	// Path is the program as it was found; Executable is the file that Python itself names.
	Path       string `json:"-"`
	Executable string `json:"executable"`
	// Major, Minor and Micro are its version.
	Major int `json:"major"`
	Minor int `json:"minor"`
	Micro int `json:"micro"`
	// Platform is as sysconfig names it, such as "linux-x86_64".
	Platform string `json:"platform"`
	// Suffix is that of compiled modules, such as ".cpython-312-x86_64-linux-gnu.so": it tells version, processor, system
	// and C library.
	Suffix string `json:"suffix"`
	// Venv tells whether environments can be made with it.
	Venv bool `json:"venv"`
}

// Version is the full version, as "3.12.1".
func (i Interpreter) Version() string { return fmt.Sprintf("%d.%d.%d", i.Major, i.Minor, i.Micro) }

// MinorVersion is the version without its last part, as "3.12".
func (i Interpreter) MinorVersion() string { return fmt.Sprintf("%d.%d", i.Major, i.Minor) }

// Loads tells whether compiled modules of an image can be loaded: those for a minor version ("3.12") and an
// architecture as Go names it, on Linux with the GNU C library, as all of Lambda's are.
func (i Interpreter) Loads(version, architecture string) bool {
	processor, ok := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[architecture]
	return ok && i.Suffix == ".cpython-"+strings.Replace(version, ".", "", 1)+"-"+processor+"-linux-gnu.so"
}

// oldestMinor is the oldest Python 3 for which the runtime interface client is pinned below.
const oldestMinor = 9

const describe = `import json, sys, sysconfig, importlib.util as u
print(json.dumps({"executable": sys.executable, "major": sys.version_info[0], "minor": sys.version_info[1], "micro": sys.version_info[2],
 "platform": sysconfig.get_platform(), "suffix": sysconfig.get_config_var("EXT_SUFFIX") or "", "venv": bool(u.find_spec("venv") and u.find_spec("ensurepip"))}))`

// Find returns the interpreter to use. A path that is given is used or refused; else the
// preferred minor version ("3.12") is looked for in PATH, then other versions. A program that does not run,
// as the shims of version managers often do not, is passed over.
func Find(ctx context.Context, path, preferred string) (Interpreter, error) {
	if path != "" {
		found, err := look(ctx, path)
		if err != nil {
			return found, problem.Problem{Resource: path, Summary: "this Python cannot be used", Detail: err.Error(), Hint: "give the path of a python3 of version 3.9 or later"}
		}
		return found, nil
	}
	var tried []string
	for _, name := range candidates(preferred) {
		program, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		found, err := look(ctx, program)
		if err == nil {
			return found, nil
		}
		if ctx.Err() != nil {
			return found, ctx.Err()
		}
		tried = append(tried, fmt.Sprintf("%s: %v", program, err))
	}
	detail := "No python3 is in PATH."
	if tried != nil {
		detail = strings.Join(tried, "; ")
	}
	return Interpreter{}, problem.Problem{Summary: "no Python was found to run the functions with", Detail: detail,
		Hint: "install Python " + preferred + " (or any from 3.9), name one with --python, or use --container"}
}

func candidates(preferred string) []string {
	names := []string{"python" + preferred, "python3", "python"}
	for minor := 14; minor >= oldestMinor; minor-- {
		names = append(names, fmt.Sprintf("python3.%d", minor))
	}
	return names
}

// look runs a program and asks it what it is.
func look(ctx context.Context, program string) (Interpreter, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, "-I", "-c", describe).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			first, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
			return Interpreter{}, fmt.Errorf("does not run (%v): %s", err, first)
		}
		return Interpreter{}, err
	}
	found := Interpreter{Path: program}
	if err := json.Unmarshal(out, &found); err != nil {
		return found, fmt.Errorf("is not a Python: %w", err)
	}
	if found.Major != 3 || found.Minor < oldestMinor {
		return found, fmt.Errorf("is version %s, older than 3.%d", found.Version(), oldestMinor)
	}
	return found, nil
}
