package registry

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func at(t *testing.T, repo string) place {
	t.Helper()
	r, err := name.NewRepository("localhost:5000/" + repo)
	require.NoError(t, err)
	return place{r, v1.Hash{Algorithm: "sha256", Hex: "00"}}
}

func TestOnceIsOnce(t *testing.T) {
	for what, tc := range map[string]struct {
		first error
		runs  int
		want  error
	}{
		"success is shared":                 {nil, 1, nil},
		"a failure is shared":               {errDamaged, 1, errDamaged},
		"another's cancellation is not one": {context.Canceled, 2, nil},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, p := newLedger(), at(t, "a")
				release, runs := make(chan struct{}), 0
				go func() {
					_ = l.once(t.Context(), p, func() error { runs++; <-release; return tc.first })
				}()
				synctest.Wait()
				second := make(chan error, 1)
				go func() { second <- l.once(t.Context(), p, func() error { runs++; return nil }) }()
				synctest.Wait()
				close(release)
				assert.ErrorIs(t, <-second, tc.want)
				assert.Equal(t, tc.runs, runs)
			})
		})
	}
}

func TestAWaiterCanLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p := newLedger(), at(t, "a")
		release := make(chan struct{})
		go func() { _ = l.once(t.Context(), p, func() error { <-release; return nil }) }()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		assert.ErrorIs(t, l.once(ctx, p, func() error { return nil }), context.Canceled)
		close(release)
	})
}

// The second repository waits for the first, and takes over when that fails.
func TestOriginWaits(t *testing.T) {
	for what, tc := range map[string]struct {
		err   error
		first bool
	}{"it came": {nil, false}, "it failed": {errors.New("x"), true}} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLedger()
				_, first, finish, err := l.origin(t.Context(), at(t, "a"))
				require.NoError(t, err)
				require.True(t, first)
				done := make(chan struct{})
				go func() {
					defer close(done)
					from, first, finish, err := l.origin(t.Context(), at(t, "b"))
					assert.NoError(t, err)
					assert.Equal(t, tc.first, first)
					if !first {
						assert.Equal(t, at(t, "a").repo, from)
					}
					finish(nil)
				}()
				synctest.Wait()
				select {
				case <-done:
					t.Error("it did not wait")
				default:
				}
				finish(tc.err)
				<-done
			})
		})
	}
}
