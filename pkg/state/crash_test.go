package state

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain runs the tests, or plays the part that a parent test asks for.
func TestMain(m *testing.M) {
	dir := os.Getenv("DORC_STATE_TEST_DIR")
	switch os.Getenv("DORC_STATE_TEST_ROLE") {
	case "":
		os.Exit(m.Run())
	case "lock":
		roleLock(dir)
	case "append":
		roleAppend(dir)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// roleLock holds the stack until it is killed.
func roleLock(dir string) {
	s, err := Open(context.Background(), "file://"+dir)
	check(err)
	_, err = s.Stack(testStack).Lock(context.Background(), LockOptions{Owner: "child", Operation: "apply"})
	check(err)
	fmt.Println("locked")
	select {}
}

// roleAppend applies in parallel without end, and says what is durable: "begin
// NAME" and "end NAME". Between two runs it folds and starts anew.
func roleAppend(dir string) {
	ctx := context.Background()
	s, err := Open(ctx, "file://"+dir)
	check(err)
	st := s.Stack(testStack)
	l, err := st.Lock(ctx, LockOptions{Owner: "child", Operation: "apply"})
	check(err)
	var out sync.Mutex
	say := func(what string, args ...any) {
		out.Lock()
		defer out.Unlock()
		fmt.Printf(what+"\n", args...)
	}
	for run := 0; ; run++ {
		c, err := st.Read(ctx)
		check(err)
		j, err := st.Begin(ctx, l, c.Deployment, nil)
		check(err)
		var e entries
		var number sync.Mutex
		if run == 0 {
			b, end := e.create(rootState())
			check(j.AddJournalEntry(b))
			check(j.AddJournalEntry(end))
			say("end root")
		} else {
			// All others of the base stay at its end, where the root must not be.
			b, end := e.same(rootState(), 0)
			check(j.AddJournalEntry(b))
			check(j.AddJournalEntry(end))
		}
		var group sync.WaitGroup
		for w := range 4 {
			group.Go(func() {
				for i := range 8 {
					name := fmt.Sprintf("r%d-w%d-%d", run, w, i)
					number.Lock()
					b, end := e.create(thing(name, 1))
					number.Unlock()
					check(j.AddJournalEntry(b))
					say("begin %s", name)
					check(j.AddJournalEntry(end))
					say("end %s", name)
				}
			})
		}
		group.Wait()
		_, err = j.Fold(ctx, FoldInfo{})
		check(err)
	}
}

type lineReader struct{ *bufio.Reader }

func newLineReader(r io.Reader) *lineReader { return &lineReader{bufio.NewReader(r)} }

func (l *lineReader) next() (string, error) {
	line, err := l.ReadString('\n')
	return strings.TrimSuffix(line, "\n"), err
}

// TestNothingAcknowledgedIsLost kills a process that appends and folds, at random
// moments, and looks for all that it was told to be durable.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	rounds := 25
	if testing.Short() {
		rounds = 8
	}
	random := rand.New(rand.NewPCG(1, 2))
	recovered := 0
	for round := range rounds {
		dir := t.TempDir()
		child := spawn(t, "append", dir)
		begun, ended := map[string]bool{}, map[string]bool{}
		// By lines rather than by time, so that a slow machine kills as early.
		stop := random.IntN(150)
		note := func(line string) {
			kind, name, _ := strings.Cut(line, " ")
			if kind == "begin" {
				begun[name] = true
			} else {
				ended[name] = true
			}
		}
		for range stop {
			line, err := child.out.next()
			require.NoError(t, err)
			note(line)
		}
		time.Sleep(time.Duration(random.IntN(3000)) * time.Microsecond)
		require.NoError(t, child.cmd.Process.Kill())
		for {
			// What it said before it died counts too; a line that is cut does not.
			line, err := child.out.next()
			if err != nil {
				break
			}
			note(line)
		}
		_ = child.cmd.Wait()

		st := openAt(t, dir).Stack(testStack)
		l := lock(t, st)
		r, err := st.Recover(t.Context(), l)
		require.NoError(t, err, "round %d", round)
		if r != nil && r.Entries > 0 {
			recovered++
		}
		c, err := st.Read(t.Context())
		require.NoError(t, err)
		there, pending := map[string]bool{}, map[string]bool{}
		for _, res := range c.Deployment.Resources {
			name := res.URN.Name()
			assert.False(t, there[name], "%s is there twice", name)
			there[name] = true
		}
		for _, op := range c.Deployment.PendingOperations {
			pending[op.Resource.URN.Name()] = true
		}
		delete(ended, "root")
		for name := range ended {
			assert.True(t, there[name], "round %d: %s had ended", round, name)
		}
		for name := range begun {
			assert.True(t, there[name] || pending[name], "round %d: %s had begun", round, name)
		}
		again, err := st.Recover(t.Context(), l)
		require.NoError(t, err)
		assert.Nil(t, again)
		unlock(t, l)
	}
	assert.Positive(t, recovered, "no round left a journal: the test shows nothing")
}
