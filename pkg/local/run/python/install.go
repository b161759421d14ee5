package python

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/internal/tool"
)

// installer makes one environment.
type installer struct {
	interpreter Interpreter
	folder      string
	progress    func(string)
}

// installError is the failure of the installer with what it said.
type installError struct {
	step string
	// client is true when the runtime interface client is what did not install.
	client bool
	// locked is true for the packages of a lock file.
	locked bool
	lines  []string
	err    error
}

func (e *installError) Error() string {
	text := fmt.Sprintf("%s: %v", e.step, e.err)
	if len(e.lines) > 0 {
		text += "\n  " + strings.Join(e.lines, "\n  ")
	}
	return text
}

func (e *installError) Unwrap() error { return e.err }

// install makes the environment with uv when it is in PATH, else with venv and pip.
func (in installer) install(ctx context.Context, packages []Package, pins []string) error {
	t, err := in.tools()
	if err != nil {
		return err
	}
	// The client has compiled parts and is not built here; an image's packages may be.
	binary := []string{"--only-binary", clientModule}
	if len(pins) == 0 && len(packages) == 0 {
		return in.run(ctx, "making a virtual environment", append(t.make, t.empty...))
	}
	if err := in.run(ctx, "making a virtual environment", t.make); err != nil {
		return err
	}
	arguments := slices.Concat(t.add, t.compiled, binary, pins)
	for _, p := range packages {
		arguments = append(arguments, p.String())
	}
	err = in.run(ctx, "installing packages", arguments)
	if err == nil || len(packages) == 0 {
		return in.blame(err, len(packages) == 0)
	}
	if ctx.Err() != nil || len(pins) == 0 {
		return err
	}
	// What failed is told apart by installing the platform's part alone.
	alone := slices.Concat(t.add, t.compiled, binary, pins)
	if again := in.run(ctx, "installing the runtime interface client", alone); again != nil {
		return in.blame(again, true)
	}
	return err
}

// tools are the beginnings of the commands that make an environment and add packages to
// it, with options that not everyone wants.
type tools struct {
	make, add []string
	// empty makes an environment without pip. compiled compiles what is added at once,
	// lazy leaves that to who imports it.
	empty, compiled, lazy []string
}

func (in installer) tools() (tools, error) {
	if uv, err := exec.LookPath("uv"); err == nil {
		return tools{
			make:     []string{uv, "venv", "--quiet", "--python", in.interpreter.Executable, in.folder},
			add:      []string{uv, "pip", "install", "--color=never", "--python", in.python()},
			compiled: []string{"--compile-bytecode"},
		}, nil
	}
	if !in.interpreter.Venv {
		return tools{}, &installError{step: "making a virtual environment", err: errors.New("this Python has no venv module (on Debian: apt install python3-venv)")}
	}
	return tools{
		make:  []string{in.interpreter.Path, "-m", "venv", in.folder},
		add:   []string{in.python(), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-color", "--progress-bar=off"},
		empty: []string{"--without-pip"}, lazy: []string{"--no-compile"},
	}, nil
}

func (in installer) python() string { return filepath.Join(in.folder, "bin", "python") }

func (in installer) blame(err error, client bool) error {
	var failed *installError
	if errors.As(err, &failed) {
		failed.client = client
	}
	return err
}

// keptLines is how much of an installer's output an error shows.
const keptLines = 12

// run runs a program and hands its lines to progress.
func (in installer) run(ctx context.Context, step string, argv []string) error {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = filepath.Dir(in.folder)
	cmd.Env = append(os.Environ(), "PYTHONNOUSERSITE=1", "PIP_REQUIRE_VIRTUALENV=")
	var last []string
	err := tool.Run(ctx, cmd, func(line string) {
		if line == "" {
			return
		}
		in.progress(line)
		if last = append(last, line); len(last) > keptLines {
			last = last[1:]
		}
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return &installError{step: step, lines: last, err: err}
	}
	return nil
}
