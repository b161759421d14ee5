package state

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Remove forgets the stack: its state goes to .bak, its tags and history go; the
// backups stay. A stack that has resources, or a journal, is refused unless force.
func (st *Stack) Remove(ctx context.Context, lease *Lease, force bool) error {
	if err := lease.Verify(ctx); err != nil {
		return err
	}
	if !force {
		if err := st.checkEmpty(ctx); err != nil {
			return err
		}
	}
	left, err := st.leftJournals(ctx)
	if err != nil {
		return err
	}
	key, exists, err := st.find(ctx)
	if err != nil {
		return err
	}
	return st.bucket.guarded(ctx, st.guardKey(), func() error {
		if err := lease.verifyRemote(ctx); err != nil {
			return err
		}
		if exists {
			if err := st.bucket.keep(ctx, key+".bak", key); err != nil {
				return st.store.unusable("the state cannot be backed up", key+".bak", err)
			}
		}
		for _, l := range left {
			if _, err := l.setAside(ctx, "removed"); err != nil {
				return err
			}
		}
		history, err := st.bucket.list(ctx, st.historyDir()+"/")
		if err != nil {
			return st.store.unusable("the history cannot be listed", st.historyDir(), err)
		}
		keys := []string{st.tagsKey()}
		for _, h := range history {
			keys = append(keys, h.key)
		}
		// The state last: while it is there the removal can be repeated.
		for _, k := range append(keys, key) {
			if err := st.bucket.remove(ctx, k); err != nil {
				return st.store.unusable("a file of the stack cannot be removed", k, err)
			}
		}
		return nil
	})
}

func (st *Stack) checkEmpty(ctx context.Context) error {
	c, err := st.Read(ctx)
	if err != nil {
		return err
	}
	left := 0
	for _, r := range c.Deployment.Resources {
		if r.Type != tokens.RootStackType {
			left++
		}
	}
	if left > 0 {
		return problem.Problem{
			Resource: "stack " + st.name, Summary: fmt.Sprintf("the stack still has %d resources", left),
			Hint: "destroy them first, or use --force to forget them, which leaves them where they are",
		}
	}
	return nil
}
