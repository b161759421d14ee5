package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// pulumiTool is the stock Pulumi CLI with a file backend and Stash, a resource
// of the engine itself that does nothing, so no provider is downloaded and none
// is waited for. The program runs as the Automation API would run it, inline,
// without a language plugin: see pulumiprogram.go.
func pulumiTool() *tool {
	t := &tool{name: "Pulumi CLI"}
	binary := os.Getenv("PULUMI")
	if binary == "" {
		binary = "pulumi"
	}
	binary, err := exec.LookPath(binary)
	if err != nil {
		t.absent = "not on this machine"
		return t
	}
	out, err := exec.Command(binary, "version").Output()
	if err != nil {
		t.absent = fmt.Sprintf("does not start: %v", err)
		return t
	}
	t.version = strings.TrimSpace(string(out))
	t.set = func(dir string, n int) (*project, error) { return setPulumi(binary, dir, n) }
	return t
}

func setPulumi(binary, dir string, n int) (*project, error) {
	state := filepath.Join(dir, "state")
	if err := os.MkdirAll(state, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), []byte("name: bench\nruntime: go\n"), 0o644); err != nil {
		return nil, err
	}
	env := environment(
		"PULUMI_BACKEND_URL=file://"+state, "PULUMI_HOME="+filepath.Join(dir, "home"),
		"PULUMI_CONFIG_PASSPHRASE=", "PULUMI_SKIP_UPDATE_CHECK=true", "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK=true",
	)
	if _, err := timed(dir, env, time.Minute, binary, "stack", "init", "bench", "--non-interactive"); err != nil {
		return nil, err
	}
	address, stop, err := startProgram(n)
	if err != nil {
		return nil, err
	}
	return &project{
		close: stop,
		phase: func(phase string, limit time.Duration) (sample, error) {
			verb := "up"
			if phase == "destroy" {
				verb = "destroy"
			}
			args := []string{verb, "--stack", "bench", "--yes", "--skip-preview", "--non-interactive"}
			if verb == "up" {
				args = append(args, "--client", address)
			}
			return timed(dir, env, limit, binary, args...)
		},
	}, nil
}

// startProgram starts the program of n resources in a process of its own, so
// that its memory is not counted as a tool's.
func startProgram(n int) (address string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.Command(self, programHelper, strconv.Itoa(n))
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = input.Close() // it ends when its input does
		_ = cmd.Wait()
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("starting the Pulumi program: %w", err)
	}
	return strings.TrimSpace(line), stop, nil
}
