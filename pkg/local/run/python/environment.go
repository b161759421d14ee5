package python

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/rogpeppe/go-internal/lockedfile"
)

// marker is written last: an environment without it was not finished.
const marker = "dorc-environment"

// Environments makes environments below a folder.
type Environments struct {
	// Folder holds one environment per content.
	Folder string
	// Interpreter makes them.
	Interpreter Interpreter
}

// Environment is a finished virtual environment.
type Environment struct {
	// Python is the environment's interpreter.
	Python string
	// Made tells that it was made by this call rather than found.
	Made bool
}

// For returns the environment of a function: the one of its content, made when it is not there yet.
// taskRoot is the function's unpacked folder, progress hears the installer's lines.
func (e Environments) For(ctx context.Context, function, taskRoot string, progress func(string)) (Environment, error) {
	first, all, err := requirements(taskRoot)
	if err != nil {
		return Environment{}, problem.Problem{Resource: "function " + function, Summary: "its requirement files cannot be read", Detail: err.Error()}
	}
	pins := platform(e.Interpreter, names(all))
	folder := filepath.Join(e.Folder, e.key(all, pins))
	env := Environment{Python: filepath.Join(folder, "bin", "python")}
	if finished(folder) {
		return env, nil
	}
	unlock, err := lock(ctx, folder+".lock")
	if err != nil {
		return Environment{}, err
	}
	defer unlock()
	if finished(folder) {
		return env, nil
	}
	// An environment knows its own path, so it is made in its place and marked when it is finished.
	if err := os.RemoveAll(folder); err != nil {
		return Environment{}, err
	}
	in := installer{interpreter: e.Interpreter, folder: folder, taskRoot: taskRoot, progress: progress}
	if err := in.install(ctx, first, pins); err != nil {
		err = errors.Join(describeFailure(function, in, err), os.RemoveAll(folder))
		return Environment{}, err
	}
	text := strings.Join(pins, "\n") + "\n"
	if err := os.WriteFile(filepath.Join(folder, marker), []byte(text), 0o644); err != nil {
		return Environment{}, err
	}
	env.Made = true
	return env, nil
}

func finished(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, marker))
	return err == nil
}

// key names an environment by everything that decides its content.
func (e Environments) key(files []file, pins []string) string {
	h := sha256.New()
	// A hash takes every write.
	_, _ = fmt.Fprintf(h, "%s\n%s\n%s\n%q\n", e.Interpreter.Executable, e.Interpreter.Version(), e.Interpreter.Platform, pins)
	for _, f := range files {
		_, _ = fmt.Fprintf(h, "%q %q\n", f.name, f.content)
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// lock waits for another process that makes the same environment, or for the context.
func lock(ctx context.Context, file string) (func(), error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, err
	}
	type result struct {
		unlock func()
		err    error
	}
	got := make(chan result, 1)
	go func() {
		unlock, err := lockedfile.MutexAt(file).Lock()
		got <- result{unlock, err}
	}()
	select {
	case r := <-got:
		return r.unlock, r.err
	case <-ctx.Done():
		go func() { // The lock comes when its holder is done; nobody wants it any more.
			if r := <-got; r.err == nil {
				r.unlock()
			}
		}()
		return nil, ctx.Err()
	}
}

func describeFailure(function string, in installer, err error) error {
	var failed *installError
	if !errors.As(err, &failed) {
		return err
	}
	p := problem.Problem{Resource: "function " + function, Summary: "its Python environment cannot be made", Detail: failed.Error()}
	if failed.client {
		p.Summary = "AWS's Lambda runtime interface client (awslambdaric) cannot be installed for this Python"
		p.Hint = fmt.Sprintf("it has wheels for Linux and CPython; the Python is %s (%s, %s); name another with --python",
			in.interpreter.Version(), in.interpreter.Platform, in.interpreter.Path)
	} else {
		p.Hint = "correct the requirement, or check the connection to the package index"
	}
	return p
}
