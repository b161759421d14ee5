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
	make, add, err := in.tools()
	if err != nil {
		return err
	}
	// The client has compiled parts and is not built here; an image's packages may be.
	binary := []string{"--only-binary", clientModule}
	if len(pins) == 0 && len(packages) == 0 {
		if make[0] == in.interpreter.Path { // uv brings no pip
			make = append(make, "--without-pip")
		}
		return in.run(ctx, "making a virtual environment", make)
	}
	if err := in.run(ctx, "making a virtual environment", make); err != nil {
		return err
	}
	arguments := slices.Concat(add, binary, pins)
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
	alone := slices.Concat(add, binary, pins)
	if again := in.run(ctx, "installing the runtime interface client", alone); again != nil {
		return in.blame(again, true)
	}
	return err
}

// tools are the beginnings of the commands that make an environment and add packages to it.
func (in installer) tools() (make, add []string, err error) {
	if uv, err := exec.LookPath("uv"); err == nil {
		return []string{uv, "venv", "--quiet", "--python", in.interpreter.Executable, in.folder},
			[]string{uv, "pip", "install", "--color=never", "--compile-bytecode", "--python", in.python()}, nil
	}
	if !in.interpreter.Venv {
		return nil, nil, &installError{step: "making a virtual environment", err: errors.New("this Python has no venv module (on Debian: apt install python3-venv)")}
	}
	return []string{in.interpreter.Path, "-m", "venv", in.folder},
		[]string{in.python(), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-color", "--progress-bar=off"}, nil
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
