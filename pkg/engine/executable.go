package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/constant"
)

// Executable is a compiled Go Pulumi program: the path of its binary.
type Executable string

// errReported says that the program failed and has already told the engine why.
var errReported = errors.New("the program reported its failure to the engine")

// Run implements Program: it starts the binary as the stock Go language host
// does, with the same variables, and passes on what it prints.
func (e Executable) Run(ctx context.Context, info ProgramInfo) error {
	env, err := programEnvironment(info)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, string(e))
	cmd.Dir = info.Dir
	cmd.Env = env
	endWithParent(cmd)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	// The signal of a parent's death comes when the thread that started the child
	// ends, so this goroutine keeps its thread until the child has ended.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting the program %s: %w", string(e), err)
	}
	var readers sync.WaitGroup
	for _, r := range []io.Reader{stdout, stderr} {
		readers.Go(func() { logLines(r, info.Log) })
	}
	readers.Wait()
	err = cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == constant.ExitStatusLoggedError {
		return errReported
	}
	if err != nil {
		return fmt.Errorf("the program in %s ended with %w", info.Dir, err)
	}
	return nil
}

func logLines(r io.Reader, log func(string)) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			log(line)
		}
		if err != nil {
			return
		}
	}
}

// programEnvironment is this process's environment with what the Pulumi SDK
// reads. The passphrase stays here: the engine has already decrypted what the
// program needs.
func programEnvironment(info ProgramInfo) ([]string, error) {
	configuration, err := json.Marshal(info.Config)
	if err != nil {
		return nil, err
	}
	secretKeys, err := json.Marshal(info.ConfigSecretKeys)
	if err != nil {
		return nil, err
	}
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "PULUMI_CONFIG_PASSPHRASE") {
			env = append(env, kv)
		}
	}
	return append(env,
		"PULUMI_ORGANIZATION="+Organization,
		"PULUMI_PROJECT="+info.Project,
		"PULUMI_ROOT_DIRECTORY="+info.Dir,
		"PULUMI_STACK="+info.Stack,
		"PULUMI_CONFIG="+string(configuration),
		"PULUMI_CONFIG_SECRET_KEYS="+string(secretKeys),
		"PULUMI_DRY_RUN="+strconv.FormatBool(info.DryRun),
		"PULUMI_PARALLEL="+strconv.Itoa(int(info.Parallel)),
		"PULUMI_MONITOR="+info.MonitorAddr,
		"PULUMI_ENGINE="+info.EngineAddr,
	), nil
}
