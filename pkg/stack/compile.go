package stack

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// compile builds the Go program in the folder. Go's own build cache decides
// what is out of date, so an unchanged program costs a fraction of a second.
func (p *Project) compile(ctx context.Context, folder string) (engine.Program, error) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return nil, problem.Problem{
			File:    filepath.Join(p.Settings.Relative(folder), "main.go"),
			Summary: "the stack's program is written in Go, and there is no go command to build it",
			Hint:    "install Go (https://go.dev/dl), or remove main.go to use dorc's own program",
		}
	}
	sum := sha256.Sum256([]byte(folder))
	binary := filepath.Join(cloud.Layout{Dir: p.Settings.LocalDir}.Cache("programs"), hex.EncodeToString(sum[:8]))
	if err := os.MkdirAll(filepath.Dir(binary), 0o700); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, goTool, "build", "-buildvcs=false", "-o", binary, ".")
	cmd.Dir = folder
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		var exit *exec.ExitError
		detail := strings.TrimSpace(output.String())
		if !errors.As(err, &exit) || detail == "" {
			detail = err.Error()
		}
		return nil, problem.Problem{
			File:    filepath.Join(p.Settings.Relative(folder), "main.go"),
			Summary: "the stack's program does not build",
			Detail:  strings.Join(compilerLines(detail, p.Settings.Relative(folder)), "\n  "),
			Hint:    "mend it as for `go build .` in that folder, and run this again",
		}
	}
	return engine.Executable(binary), nil
}

// compilerLines are the compiler's messages with paths that a person can open
// from where dorc runs, without the lines that only name the package.
func compilerLines(output, folder string) []string {
	var lines []string
	for line := range strings.SplitSeq(output, "\n") {
		if strings.HasPrefix(line, "# ") {
			continue
		}
		if file, ok := strings.CutPrefix(line, "./"); ok {
			line = filepath.Join(folder, file)
		}
		lines = append(lines, line)
	}
	return lines
}
