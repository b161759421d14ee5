package state

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/process"
)

func lockPath(dir string) string {
	return filepath.Join(dir, ".pulumi/locks/organization/Pipelines", testStack, leaseName)
}

func TestOneOfManyLockers(t *testing.T) {
	_, dir := openTemp(t)
	var wins atomic.Int32
	var group sync.WaitGroup
	var held sync.Map
	for range 16 {
		st := openAt(t, dir).Stack(testStack)
		group.Go(func() {
			l, err := st.Lock(context.Background(), LockOptions{Owner: "ada", Operation: "apply"})
			if err == nil {
				wins.Add(1)
				held.Store(l, true)
				return
			}
			var locked *LockedError
			assert.ErrorAs(t, err, &locked)
			assert.Equal(t, os.Getpid(), locked.PID)
			assert.Equal(t, "apply", locked.Operation)
		})
	}
	group.Wait()
	assert.EqualValues(t, 1, wins.Load())
	held.Range(func(l, _ any) bool { unlock(t, l.(*Lease)); return true })
	unlock(t, lock(t, openAt(t, dir).Stack(testStack)))
}

func TestLockWaitsForTheOtherOne(t *testing.T) {
	s, dir := openTemp(t)
	first := lock(t, s.Stack(testStack))
	waiting := make(chan LockInfo, 1)
	got := make(chan *Lease, 1)
	go func() {
		l, err := openAt(t, dir).Stack(testStack).Lock(context.Background(), LockOptions{
			Timeout: time.Minute, Wait: func(i LockInfo) { waiting <- i },
		})
		assert.NoError(t, err)
		got <- l
	}()
	assert.Equal(t, "ada", (<-waiting).Owner)
	unlock(t, first)
	second := <-got
	require.NotNil(t, second)
	unlock(t, second)
}

func TestTheStockCLIsLocksAreRespected(t *testing.T) {
	s, dir := openTemp(t)
	path := filepath.Join(filepath.Dir(lockPath(dir)), "6f0b2b0e-stock.json")
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(
		`{"pid":4711,"username":"bob","hostname":"ci","timestamp":"2026-01-02T03:04:05Z"}`), 0o600))

	_, err := s.Stack(testStack).Lock(t.Context(), LockOptions{})
	var locked *LockedError
	require.ErrorAs(t, err, &locked)
	assert.Equal(t, LockInfo{
		Owner: "bob", Host: "ci", PID: 4711, Since: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Operation: "an operation of the pulumi CLI", Path: path,
	}, locked.LockInfo)
	assert.NoFileExists(t, lockPath(dir), "a lock that was not given must not stay")

	require.NoError(t, s.Stack(testStack).Unlock(t.Context()))
	unlock(t, lock(t, s.Stack(testStack)))
}

func TestOurLockHasTheStockCLIsFields(t *testing.T) {
	s, dir := openTemp(t)
	l := lock(t, s.Stack(testStack))
	defer unlock(t, l)
	data, err := os.ReadFile(lockPath(dir))
	require.NoError(t, err)
	// As lockContent in pulumi/pkg backend/diy/lock.go.
	var stock struct {
		Pid       int       `json:"pid"`
		Username  string    `json:"username"`
		Hostname  string    `json:"hostname"`
		Timestamp time.Time `json:"timestamp"`
	}
	require.NoError(t, json.Unmarshal(data, &stock))
	assert.Equal(t, os.Getpid(), stock.Pid)
	assert.NotEmpty(t, stock.Username)
	assert.NotEmpty(t, stock.Hostname)
	assert.False(t, stock.Timestamp.IsZero())
}

// foreign makes the lease file look as if another machine had written it.
func foreign(t *testing.T, dir string, expires time.Time) {
	t.Helper()
	data, err := os.ReadFile(lockPath(dir))
	require.NoError(t, err)
	f, err := decodeLock(data)
	require.NoError(t, err)
	f.Hostname, f.PID = "elsewhere", 1
	f.Lease.ID, f.Lease.Process, f.Lease.Expires = "OTHER", process.Identity{Boot: "other", Started: "1"}, expires
	data, err = f.encode()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(lockPath(dir), data, 0o600))
}

func TestLeaseOfAnotherMachineEndsByItself(t *testing.T) {
	s, dir := openTemp(t)
	l := lock(t, s.Stack(testStack))
	foreign(t, dir, time.Now().Add(time.Minute))
	other := openAt(t, dir).Stack(testStack)
	_, err := other.Lock(t.Context(), LockOptions{})
	var locked *LockedError
	require.ErrorAs(t, err, &locked)

	foreign(t, dir, time.Now().Add(-time.Minute))
	second, err := other.Lock(t.Context(), LockOptions{Owner: "bob"})
	require.NoError(t, err)
	from, why := second.TakenOver()
	require.NotNil(t, from)
	assert.Equal(t, "elsewhere", from.Host)
	assert.Contains(t, why, "ran out")
	unlock(t, second)
	require.ErrorIs(t, l.Verify(t.Context()), ErrLeaseLost)
}

func TestLeaseOfAKilledProcessIsTakenAtOnce(t *testing.T) {
	_, dir := openTemp(t)
	child := spawn(t, "lock", dir)
	child.await("locked")
	require.NoError(t, child.cmd.Process.Kill())
	_ = child.cmd.Wait()
	l, err := openAt(t, dir).Stack(testStack).Lock(t.Context(), LockOptions{})
	require.NoError(t, err)
	_, why := l.TakenOver()
	assert.Contains(t, why, "has ended")
	unlock(t, l)
}

func TestLiveProcessKeepsItsLease(t *testing.T) {
	_, dir := openTemp(t)
	child := spawn(t, "lock", dir)
	child.await("locked")
	_, err := openAt(t, dir).Stack(testStack).Lock(t.Context(), LockOptions{})
	var locked *LockedError
	require.ErrorAs(t, err, &locked)
	assert.Equal(t, child.cmd.Process.Pid, locked.PID)
	require.NoError(t, child.cmd.Process.Kill())
	_ = child.cmd.Wait()
}

func TestALostLeaseWritesNothing(t *testing.T) {
	s, dir := openTemp(t)
	st := s.Stack(testStack)
	apply(t, st, 1)
	lost := make(chan error, 1)
	l, err := st.Lock(t.Context(), LockOptions{Owner: "ada", OnLost: func(err error) { lost <- err }})
	require.NoError(t, err)
	j := begin(t, st, l)
	var e entries
	b, end := e.same(rootState(), 0)
	add(t, j, b, end)
	b, end = e.create(thing("new", 1))
	add(t, j, b)

	// Someone breaks the lock and takes the stack.
	other := openAt(t, dir).Stack(testStack)
	require.NoError(t, other.Unlock(t.Context()))
	second, err := other.Lock(t.Context(), LockOptions{Owner: "bob", Operation: "destroy"})
	require.NoError(t, err)

	err = j.AddJournalEntry(end)
	require.ErrorIs(t, err, ErrLeaseLost)
	assert.ErrorContains(t, err, "bob")
	<-l.Lost()
	require.ErrorIs(t, <-lost, ErrLeaseLost)
	before, err := st.Read(t.Context())
	require.NoError(t, err)
	_, err = j.Fold(t.Context(), FoldInfo{})
	require.ErrorIs(t, err, ErrLeaseLost)
	require.ErrorIs(t, st.SetTags(t.Context(), l, map[string]string{"a": "b"}), ErrLeaseLost)
	after, err := st.Read(t.Context())
	require.NoError(t, err)
	assert.Equal(t, before.Serial, after.Serial)
	require.ErrorIs(t, l.Unlock(t.Context()), ErrLeaseLost)

	// The new owner takes up what was recorded before.
	r, err := other.Recover(t.Context(), second)
	require.NoError(t, err)
	require.NotNil(t, r)
	unlock(t, second)
}

func TestLeaseIsRenewed(t *testing.T) {
	s, dir := openTemp(t)
	l, err := s.Stack(testStack).Lock(t.Context(), LockOptions{Lease: 30 * time.Millisecond})
	require.NoError(t, err)
	first := l.deadline()
	require.Eventually(t, func() bool { return l.deadline().After(first) }, time.Minute, time.Millisecond)
	data, err := os.ReadFile(lockPath(dir))
	require.NoError(t, err)
	f, err := decodeLock(data)
	require.NoError(t, err)
	assert.Equal(t, l.ID(), f.Lease.ID)
	assert.True(t, f.Lease.Expires.After(first))
	unlock(t, l)
}

// child is this test binary in another role; see TestMain.
type child struct {
	t   *testing.T
	cmd *exec.Cmd
	out *lineReader
}

func spawn(t *testing.T, role, dir string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "DORC_STATE_TEST_ROLE="+role, "DORC_STATE_TEST_DIR="+dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(stderr.String())
		}
	})
	return &child{t: t, cmd: cmd, out: newLineReader(out)}
}

func (c *child) await(word string) {
	c.t.Helper()
	line, err := c.out.next()
	require.NoError(c.t, err)
	require.Equal(c.t, word, line)
}
