package lockfile

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLock(t *testing.T) {
	file := filepath.Join(t.TempDir(), "folder", "lock")
	unlock, err := Lock(context.Background(), file)
	require.NoError(t, err)

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = Lock(ctx, file)
	require.ErrorIs(t, err, context.Canceled, "who waits can be stopped")

	done := make(chan struct{})
	go func() {
		defer close(done)
		again, err := Lock(context.Background(), file)
		if assert.NoError(t, err) {
			again()
		}
	}()
	select {
	case <-done:
		t.Error("two have the lock")
	default:
	}
	unlock()
	<-done
}

func TestTry(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lock")
	release, err := Try(file)
	require.NoError(t, err)
	_, err = Try(file)
	require.ErrorIs(t, err, ErrHeld)
	release()
	release, err = Try(file)
	require.NoError(t, err)
	release()
	_, err = Try(filepath.Join(file, "no", "folder"))
	require.Error(t, err)
}

func TestTryShared(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lock")
	one, err := TryShared(file)
	require.NoError(t, err)
	two, err := TryShared(file)
	require.NoError(t, err)
	_, err = Try(file)
	require.ErrorIs(t, err, ErrHeld)
	one()
	two()
	alone, err := Try(file)
	require.NoError(t, err)
	_, err = TryShared(file)
	require.ErrorIs(t, err, ErrHeld)
	alone()
}
