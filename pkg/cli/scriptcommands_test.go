package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dorc-dev/dorc/pkg/state"
)

// jsonLines checks that every line is one JSON document, and that there is one.
//
//	jsonlines stdout|stderr|<file>
func jsonLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: jsonlines stdout|stderr|<file>")
	}
	text := strings.TrimSuffix(ts.ReadFile(args[0]), "\n")
	if text == "" {
		ts.Fatalf("%s is empty", args[0])
	}
	for i, line := range strings.Split(text, "\n") {
		if !json.Valid([]byte(line)) {
			ts.Fatalf("line %d of %s is not a JSON document: %s", i+1, args[0], line)
		}
	}
}

// holdLease takes the lease of a stack, as another person's apply does, and
// holds it until the script ends.
//
//	lease <stack>
func holdLease(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: lease <stack>")
	}
	ctx := context.Background()
	store, err := state.Open(ctx, "file://"+filepath.ToSlash(ts.MkAbs(".dorc/state")))
	ts.Check(err)
	lease, err := store.Stack(args[0]).Lock(ctx, state.LockOptions{Owner: "ada", Operation: "update"})
	ts.Check(err)
	ts.Defer(func() {
		if err := lease.Unlock(ctx); err != nil && !errors.Is(err, state.ErrLeaseLost) {
			ts.Logf("giving the lease back: %v", err)
		}
	})
}

// nowhere checks that a text is in no file below the folders.
//
//	nowhere <text> <folder>...
func nowhere(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: nowhere <text> <folder>...")
	}
	files := 0
	for _, folder := range args[1:] {
		ts.Check(filepath.WalkDir(ts.MkAbs(folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			if bytes.Contains(data, []byte(args[0])) {
				ts.Fatalf("%s has %q", path, args[0])
			}
			return nil
		}))
	}
	if files == 0 {
		ts.Fatalf("there is no file below %v", args[1:])
	}
}

// replace puts one text in the place of another, which must be in the file.
//
//	replace <file> <old> <new>
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace <file> <old> <new>")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not have %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o644))
}

// chop cuts bytes off the end of a file, as a crash or a full disk does.
//
//	chop <file> <bytes>
func chop(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: chop <file> <bytes>")
	}
	count, err := strconv.Atoi(args[1])
	ts.Check(err)
	text := ts.ReadFile(args[0])
	if count > len(text) {
		ts.Fatalf("%s has only %d bytes", args[0], len(text))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text[:len(text)-count]), 0o644))
}

// exits runs a command and checks its exit code.
//
//	exits <code> <command> <argument>...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits <code> <command> <argument>...")
	}
	checkCode(ts, args[0], ts.Exec(args[1], args[2:]...))
}

func checkCode(ts *testscript.TestScript, want string, err error) {
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != want {
		ts.Fatalf("the exit code is %d, not %s", code, want)
	}
}

// interrupt runs a command, sends it an interrupt as Ctrl-C does once it has
// printed a text, and checks its exit code.
//
//	interrupt <code> <text> <command> <argument>...
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: interrupt <code> <text> <command> <argument>...")
	}
	checkCode(ts, args[0], signalled(ts, os.Interrupt, args[1], args[2:]))
}

// killed runs a command and kills it once it has printed a text, as a machine
// that goes away does.
//
//	killed <text> <command> <argument>...
func killed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: killed <text> <command> <argument>...")
	}
	var exit *exec.ExitError
	if err := signalled(ts, os.Kill, args[0], args[1:]); !errors.As(err, &exit) {
		ts.Fatalf("it ended before it was killed: %v", err)
	}
}

// signalled runs a command, sends it a signal once it has printed a text, and
// returns how it ended.
func signalled(ts *testscript.TestScript, sig os.Signal, text string, command []string) error {
	cmd := exec.Command(filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], command[0]), command[1:]...)
	for _, name := range []string{"HOME", "PATH", "TZ", "TMPDIR", "GOCACHE", "GOMODCACHE", "GOFLAGS", "GOPROXY", "DORC_CACHE_DIR"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	watched := &watcher{text: text, seen: make(chan struct{})}
	cmd.Dir = ts.MkAbs(".")
	cmd.Stdout, cmd.Stderr = io.MultiWriter(ts.Stdout(), watched), ts.Stderr()
	ts.Check(cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-watched.seen:
	case err := <-ended:
		ts.Fatalf("%v ended before it printed %q: %v", command, text, err)
	}
	ts.Check(cmd.Process.Signal(sig))
	return <-ended
}

// watcher closes seen when the text was written to it.
type watcher struct {
	text    string
	written strings.Builder
	seen    chan struct{}
	once    sync.Once
}

func (w *watcher) Write(p []byte) (int, error) {
	w.written.Write(p)
	if strings.Contains(w.written.String(), w.text) {
		w.once.Do(func() { close(w.seen) })
	}
	return len(p), nil
}
