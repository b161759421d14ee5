package state

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"weak"

	"github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Version is what journals say wrote them. The command line sets it at its start.
var Version = "dev"

// Journal takes the engine's entries. An entry is durable when AddJournalEntry
// returns, unless the engine marked it as one that may be left out: those wait for
// the next durable one, and an operation that has only such entries writes nothing.
type Journal struct {
	st    *Stack
	lease *Lease
	sm    secrets.Manager
	base  *apitype.DeploymentV3
	// serial is the fingerprint of base's file.
	serial string
	log    sink

	mu   sync.Mutex
	cond *sync.Cond
	// items are all entries in the order they came, for Fold.
	items []*item
	// queue are those of items that are not written yet.
	queue   []*item
	busy    bool
	closed  bool
	changed bool
	batch   uint32
	// provider is the secrets provider that the log knows already.
	provider *apitype.SecretsProvidersV1
}

var _ engine.Journal = (*Journal)(nil)

var errJournalClosed = errors.New("the journal is closed")

// Begin starts the journal of one operation on base, which must be what Read gave
// while the lease was held. Nothing is written before the first entry that counts.
func (st *Stack) Begin(ctx context.Context, lease *Lease, base *apitype.DeploymentV3, sm secrets.Manager) (*Journal, error) {
	if err := lease.Verify(ctx); err != nil {
		return nil, err
	}
	serial, err := st.serialOf(ctx, base)
	if err != nil {
		return nil, err
	}
	left, err := st.leftJournals(ctx)
	if err != nil {
		return nil, err
	}
	if len(left) > 0 {
		return nil, problem.Problem{
			File: left[0].place, Summary: "an earlier operation left its journal",
			Hint: "run `dorc state recover` first",
		}
	}
	j := &Journal{st: st, lease: lease, sm: sm, base: copyDeployment(base), serial: serial}
	j.cond = sync.NewCond(&j.mu)
	header := journalHeader{
		Version: journalVersion, Stack: st.name, Base: serial, Lease: lease.ID(),
		When: st.store.now().UTC(), PID: os.Getpid(), Dorc: Version,
	}
	j.log = st.newSink(lease, header)
	return j, nil
}

// serialOf is the serial of the file that d was read from. A journal on anything
// else could not be replayed.
func (st *Stack) serialOf(ctx context.Context, d *apitype.DeploymentV3) (string, error) {
	st.mu.Lock()
	serial, ok := st.serials[weak.Make(d)]
	st.mu.Unlock()
	if ok {
		return serial, nil
	}
	exists, err := st.Exists(ctx)
	if err == nil && (exists || len(d.Resources) > 0) {
		err = fmt.Errorf("stack %s: the base of a journal must be what Read gave", st.name)
	}
	return "", err
}

// copyDeployment copies what a replay changes.
func copyDeployment(d *apitype.DeploymentV3) *apitype.DeploymentV3 {
	c := *d
	c.Resources = slices.Clone(d.Resources)
	return &c
}

// AddJournalEntry implements engine.Journal.
func (j *Journal) AddJournalEntry(entry engine.JournalEntry) error {
	it := &item{source: entry}
	if !entry.ElideWrite {
		// In the caller, so that parallel steps encode in parallel.
		if err := it.encode(j.sm); err != nil {
			return err
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return errJournalClosed
	}
	j.items = append(j.items, it)
	j.queue = append(j.queue, it)
	if entry.ElideWrite {
		return nil
	}
	j.changed = true
	return j.commit(it)
}

// Close implements engine.Journal. What may be left out and is not written stays
// unwritten; Fold knows it from memory.
func (j *Journal) Close() error {
	j.mu.Lock()
	for j.busy {
		j.cond.Wait()
	}
	closed := j.closed
	j.closed = true
	j.mu.Unlock()
	if closed {
		return nil
	}
	return j.log.close()
}
