//go:build unix

package process

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asProgram makes the test's own binary the program of a test.
const asProgram = "DORC_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if what := os.Getenv(asProgram); what != "" {
		program(what)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// program plays a program: "leader" starts a child in a process group of its own, as Airflow's scheduler
// does, and lives until it is asked to end; "polite" is the child that ends when it is asked, "deaf" does not.
func program(what string) {
	role, child, _ := strings.Cut(what, " ")
	ask := make(chan os.Signal, 1)
	signal.Notify(ask, syscall.SIGTERM)
	if role == "deaf" {
		signal.Ignore(syscall.SIGTERM)
	}
	if child != "" {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), asProgram+"="+child)
		cmd.Stdout = os.Stdout
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := cmd.Start(); err != nil {
			panic(err)
		}
	}
	fmt.Println(role, os.Getpid())
	if role == "short" {
		return
	}
	select {
	case <-ask:
		fmt.Println(role, "asked")
		if role == "slow" {
			time.Sleep(300 * time.Millisecond)
			fmt.Println(role, "done")
		}
	case <-time.After(2 * time.Minute):
	}
}

// play runs a program until as many of its processes as are wanted have said their numbers, then ends the
// context and tells what was said afterwards and how long the end took.
func play(t *testing.T, what string, wanted int, change func(*Program)) (pids []int, said []string, took time.Duration) {
	t.Helper()
	p := &Program{Argv: []string{os.Args[0]}, Dir: t.TempDir(), Environment: append(os.Environ(), asProgram+"="+what)}
	if change != nil {
		change(p)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var begun time.Time
	_, err := Run(ctx, p, nil, func(line string) {
		_, rest, _ := strings.Cut(line, " ")
		if pid, err := strconv.Atoi(rest); err == nil {
			if pids = append(pids, pid); len(pids) == wanted {
				begun = time.Now()
				cancel()
			}
			return
		}
		said = append(said, line)
	})
	require.NoError(t, err)
	require.Len(t, pids, wanted)
	return pids, said, time.Since(begun)
}

func gone(t *testing.T, pids []int) {
	t.Helper()
	for _, pid := range pids {
		assert.Empty(t, Started(pid), "process %d is left", pid)
	}
}

// What has left the process group ends with the program, and does not hold its output.
func TestEndsWhatLeftTheGroup(t *testing.T) {
	pids, said, took := play(t, "leader deaf", 2, nil)
	gone(t, pids)
	assert.Empty(t, said, "without a grace nobody is asked")
	assert.Less(t, took, maxHear)
}

// With a grace a program ends by itself, and so does what it leaves.
func TestGrace(t *testing.T) {
	pids, said, took := play(t, "slow polite", 2, func(p *Program) { p.Grace = time.Minute })
	gone(t, pids)
	assert.ElementsMatch(t, []string{"slow asked", "slow done", "polite asked"}, said)
	assert.Less(t, took, 30*time.Second)
}

// A program that does not end is ended after its grace, and its descendants too.
func TestGraceEnds(t *testing.T) {
	pids, said, took := play(t, "deaf leader deaf", 3, func(p *Program) { p.Grace = 300 * time.Millisecond })
	gone(t, pids)
	assert.Empty(t, said)
	assert.GreaterOrEqual(t, took, 300*time.Millisecond)
}

// Now ends a grace.
func TestNow(t *testing.T) {
	now := make(chan struct{})
	close(now)
	pids, _, took := play(t, "deaf deaf", 2, func(p *Program) { p.Grace, p.Now = time.Minute, now })
	gone(t, pids)
	assert.Less(t, took, 30*time.Second)
}

// A mark finds who has lost its parent before anyone looked.
func TestMark(t *testing.T) {
	var pids []int
	_, err := Run(t.Context(), &Program{Argv: []string{os.Args[0]}, Dir: t.TempDir(), Environment: append(os.Environ(), asProgram+"=short deaf"), Mark: "DORC_TEST_MARK=" + t.TempDir() + "/"}, nil, func(line string) {
		if pid, err := strconv.Atoi(line[strings.Index(line, " ")+1:]); err == nil {
			pids = append(pids, pid)
		}
	})
	require.NoError(t, err)
	gone(t, pids)
}

// A process that nobody knows of holds the output, and not the one who waits.
func TestOutputIsNotWaitedForForEver(t *testing.T) {
	stray := ""
	defer func() {
		if pid, err := strconv.Atoi(stray); err == nil {
			kill(pid)
		}
	}()
	began := time.Now()
	_, err := Run(t.Context(), &Program{Argv: []string{os.Args[0]}, Dir: t.TempDir(), Environment: append(os.Environ(), asProgram+"=short deaf")}, nil, func(line string) {
		if pid, found := strings.CutPrefix(line, "deaf "); found {
			stray = pid
		}
	})
	require.NoError(t, err)
	assert.Less(t, time.Since(began), time.Minute)
}

// What a killed runner has left is found by its mark, with what bears none, and nothing else is.
func TestSweep(t *testing.T) {
	home := t.TempDir()
	start := func(mark, what string) *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), asProgram+"="+what, mark)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() })
		_, err = out.Read(make([]byte, 100)) // it is there
		require.NoError(t, err)
		return cmd
	}
	mark := "DORC_TEST_MARK=" + filepath.Join(home, "dev") + "/"
	one, two := start(mark+"scheduler/", "polite"), start(mark+"webserver/", "deaf")
	other := start("DORC_TEST_MARK="+filepath.Join(home, "dev2")+"/scheduler/", "polite")
	assert.Subset(t, Marks("DORC_TEST_MARK"), []string{home + "/dev/scheduler/", home + "/dev/webserver/", home + "/dev2/scheduler/"})

	assert.Equal(t, 2, Sweep(t.Context(), mark, 300*time.Millisecond))
	gone(t, []int{one.Process.Pid, two.Process.Pid})
	assert.NotEmpty(t, Started(other.Process.Pid))
	assert.Zero(t, Sweep(t.Context(), mark, time.Minute))
}

func TestStarted(t *testing.T) {
	assert.NotEmpty(t, Started(os.Getpid()))
	assert.Equal(t, Started(os.Getpid()), Started(os.Getpid()))
	assert.Empty(t, Started(1<<30))
}

// As macOS says it.
func TestParse(t *testing.T) {
	said := "    1     0     1 Ss   Mon Jan  5 09:00:00 2026\n  501     1   501 S    Mon Jan  5 09:10:00 2026\n  502   501   501 Z    Mon Jan  5 09:10:01 2026\n"
	commands := "    1 /sbin/launchd\n  501 python airflow scheduler PATH=/bin DORC_X=/home/dev/scheduler/ HOME=/home\n  502 (python)\n"
	assert.Equal(t, []entry{
		{pid: 1, group: 1, started: "Mon Jan 5 09:00:00 2026"},
		{pid: 501, parent: 1, group: 501, started: "Mon Jan 5 09:10:00 2026", marked: true},
		{pid: 502, parent: 501, group: 501, started: "Mon Jan 5 09:10:01 2026", dead: true},
	}, parse(said, commands, "DORC_X=/home/dev/"))
	assert.Equal(t, []string{"/home/dev/scheduler/"}, values(commands, "DORC_X"))
}
