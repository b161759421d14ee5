package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

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

// appears waits until a file that a command in the background writes is there.
//
//	appears <file>
func appears(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: appears <file>")
	}
	path := ts.MkAbs(args[0])
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(path); err == nil {
			return
		}
	}
	ts.Fatalf("%s did not appear", args[0])
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

// interrupt runs a command, sends it an interrupt as Ctrl-C does once a file that
// it makes is there, and checks its exit code.
//
//	interrupt <code> <file> <command> <argument>...
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: interrupt <code> <file> <command> <argument>...")
	}
	path, err := exec.LookPath(filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], args[2]))
	ts.Check(err)
	cmd := exec.Command(path, args[3:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), ts.Stdout(), ts.Stderr()
	for _, name := range []string{"HOME", "PATH", "TZ", "TMPDIR", "GOCACHE", "GOMODCACHE", "GOFLAGS", "GOPROXY"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	ts.Check(cmd.Start())
	appears(ts, false, args[1:2])
	ts.Check(cmd.Process.Signal(os.Interrupt))
	checkCode(ts, args[0], cmd.Wait())
}
