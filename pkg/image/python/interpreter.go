package python

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/internal/tool"
)

// interpreter is a Python of this machine.
type interpreter struct {
	path string
	// Version is "3.12", Platform as sysconfig has it, Pip "" without pip.
	Version  string `json:"version"`
	Platform string `json:"platform"`
	Pip      string `json:"pip"`
}

const describe = `import json, sys, sysconfig
try:
    import pip
    p = pip.__version__
except ImportError:
    p = ""
print(json.dumps({"version": "%d.%d" % sys.version_info[:2], "platform": sysconfig.get_platform(), "pip": p}))`

// oldestPip is the oldest pip that is used, from 2022: older ones do not resolve
// for another platform reliably.
const oldestPip = 22

// usable tells whether packages can be resolved under this Python.
func (i interpreter) usable(pip bool) error {
	if !strings.HasPrefix(i.Version, "3.") {
		return fmt.Errorf("is Python %s", i.Version)
	}
	if !pip {
		return nil
	}
	major, _, _ := strings.Cut(i.Pip, ".")
	switch n, err := strconv.Atoi(major); {
	case i.Pip == "":
		return errors.New("has no pip")
	case err != nil || n < oldestPip:
		return fmt.Errorf("has pip %s, older than %d", i.Pip, oldestPip)
	}
	return nil
}

// same tells whether the Python has the markers of the target itself.
func (i interpreter) same(t Target) bool {
	return i.Version == t.minor() && i.Platform == "linux-x86_64"
}

// findPython finds the Python to resolve with: the one that is given, or the
// image's version, or any. Shims of version managers that do not run are passed over.
func (in *Installer) findPython(ctx context.Context, t Target, pip bool) (interpreter, error) {
	candidates := pythons(in.getenv, t)
	if in.Python != "" {
		candidates = []string{in.Python}
	}
	var tried []string
	var asked []string
	for _, name := range candidates {
		program, err := exec.LookPath(name)
		if err != nil || slices.Contains(asked, program) {
			continue
		}
		asked = append(asked, program)
		found, err := in.ask(ctx, program)
		if err == nil {
			err = found.usable(pip)
		}
		if err == nil {
			return found, nil
		}
		if ctx.Err() != nil {
			return found, ctx.Err()
		}
		tried = append(tried, fmt.Sprintf("%s %v", program, err))
	}
	if tried == nil {
		return interpreter{}, errors.New("no Python 3 was found")
	}
	return interpreter{}, errors.New(strings.Join(tried, "; "))
}

// newestMinor is the last version of Python 3 that is looked for by name.
const newestMinor = 15

func pythons(getenv func(string) string, t Target) []string {
	all := []string{"python" + t.minor()}
	for _, root := range []string{getenv("PYENV_ROOT"), filepath.Join(getenv("HOME"), ".pyenv")} {
		if filepath.IsAbs(root) {
			// The pattern is well-formed: minor has digits and a dot.
			found, _ := filepath.Glob(filepath.Join(root, "versions", t.minor()+".*", "bin", "python3"))
			all = append(all, found...)
		}
	}
	all = append(all, "python3", "python", "/usr/bin/python3")
	for minor := newestMinor; minor >= 7; minor-- {
		all = append(all, fmt.Sprintf("python3.%d", minor))
	}
	return all
}

// askTime is how long a Python may take to say what it is.
const askTime = 30 * time.Second

func (in *Installer) ask(ctx context.Context, program string) (interpreter, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	found := interpreter{path: program}
	cmd := exec.CommandContext(ctx, program, "-I", "-B", "-c", describe)
	cmd.Env = baseEnvironment(in.environ())
	cmd.WaitDelay = time.Second
	tool.Own(cmd)
	out, err := cmd.Output()
	if err != nil {
		return found, errors.New("does not run")
	}
	if err := json.Unmarshal(out, &found); err != nil {
		return found, errors.New("is not a Python")
	}
	return found, nil
}
