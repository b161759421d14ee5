package lambda

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Host runs handlers in processes of the host.
type Host struct {
	// Python is the interpreter; its environment has the runtime interface client.
	Python string
	// TaskRoot is the unpacked folder with the handler.
	TaskRoot string
	// Path has the folders that modules are looked for in after the task root and before Python's own.
	Path []string
	// Bytecode is a folder for compiled modules. The image's own folders are read-only, and every
	// start would compile them again.
	Bytecode string
	// Variables are set besides the function's and Lambda's, which win.
	Variables map[string]string
}

// Program starts the handler by the runtime interface client.
func (h *Host) Program(_ context.Context, s Sandbox) (*Program, error) {
	cmd := exec.Command(h.Python, "-m", "awslambdaric", s.Function.Handler)
	cmd.Dir, cmd.Env = h.TaskRoot, h.environ(s)
	return &Program{Cmd: cmd}, nil
}

// environ makes the environment variables of a process. Nothing of the user's own environment is in it, so no real
// credentials are. Lambda's names win.
func (h *Host) environ(s Sandbox) []string {
	all := map[string]string{
		"LANG": "en_US.UTF-8",
		"PATH": filepath.Dir(h.Python) + ":/usr/local/bin:/usr/bin:/bin",
		"TZ":   ":UTC",
	}
	maps.Copy(all, h.Variables)
	maps.Copy(all, s.Function.Variables)
	maps.Copy(all, s.Variables())
	maps.Copy(all, map[string]string{
		"AWS_CONFIG_FILE":             filepath.Join(s.Temporary, "no-config"),
		"AWS_SHARED_CREDENTIALS_FILE": filepath.Join(s.Temporary, "no-credentials"),
		"LAMBDA_TASK_ROOT":            h.TaskRoot,
		"HOME":                        s.Temporary,
		"TMPDIR":                      s.Temporary,
		"PYTHONNOUSERSITE":            "1",
		"PYTHONUNBUFFERED":            "1",
		"PYTHONPYCACHEPREFIX":         h.Bytecode,
	})
	path := h.Path
	if own := s.Function.Variables["PYTHONPATH"]; own != "" {
		path = append([]string{own}, path...)
	}
	all["PYTHONPATH"] = strings.Join(path, string(os.PathListSeparator))
	return pairs(all)
}

// pairs has the variables as NAME=value, sorted by name.
func pairs(all map[string]string) []string {
	out := make([]string, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, name+"="+all[name])
	}
	return out
}
