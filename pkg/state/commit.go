package state

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"syscall"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// commit returns when it is durable or has failed. Whoever comes while nobody
// writes becomes the writer, takes all that is queued, and writes it with one
// fsync; the others wait. j.mu is held on entry and on return.
func (j *Journal) commit(it *item) error {
	for !it.done {
		if j.busy {
			j.cond.Wait()
			continue
		}
		j.busy = true
		batch := j.queue
		j.queue = nil
		j.mu.Unlock()
		begins, rest := split(batch)
		err := j.write(batch, len(begins) > 0)
		restErr := err
		if errors.Is(err, syscall.ENOSPC) && len(begins) > 0 && len(rest) > 0 {
			// What has happened already may still find room.
			restErr = j.write(rest, false)
		}
		j.mu.Lock()
		j.busy = false
		j.settle(begins, err)
		j.settle(rest, restErr)
		j.cond.Broadcast()
	}
	return it.err
}

// split separates the begins of calls to providers from all else.
func split(batch []*item) (begins, rest []*item) {
	for _, it := range batch {
		if it.begins() {
			begins = append(begins, it)
		} else {
			rest = append(rest, it)
		}
	}
	return begins, rest
}

// settle tells the waiters. After a failed write, begins are forgotten: their
// callers get the error and call no provider. All else has happened, so it is
// kept and written with the next batch.
func (j *Journal) settle(batch []*item, err error) {
	var again []*item
	for _, it := range batch {
		if err == nil {
			it.done, it.payload = true, nil
			continue
		}
		if it.done {
			again = append(again, it)
			continue
		}
		it.err = err
		if !it.source.ElideWrite {
			it.done = true
		}
		if it.begins() {
			it.dropped = true
			continue
		}
		again = append(again, it)
	}
	j.queue = append(again, j.queue...)
}

// write appends a batch durably, and makes sure that the log still counted as ours
// after it was durable: only then a step may rely on it.
func (j *Journal) write(batch []*item, begins bool) error {
	ctx := context.Background()
	if err := j.lease.lostError(); err != nil {
		return err
	}
	var payloads [][]byte
	for _, it := range batch {
		if err := it.encode(j.sm); err != nil {
			return err
		}
		if it.payload == nil {
			data, err := json.Marshal(it.entry)
			if err != nil {
				return err
			}
			it.payload = data
		}
	}
	provider, err := j.newProvider()
	if err != nil {
		return err
	}
	if provider != nil {
		payloads = append(payloads, provider.payload)
	}
	for _, it := range batch {
		payloads = append(payloads, it.payload)
	}
	if err := j.log.append(ctx, j.batch+1, payloads, begins); err != nil {
		return err
	}
	j.batch++
	if provider != nil {
		j.provider = provider.entry.SecretsProvider
	}
	return j.log.verify(ctx, j.lease)
}

// newProvider is an entry that names the secrets provider, if the log does not
// know it yet. The engine names the provider only at the start, when one that has
// encrypted nothing has no state; a recovery needs that state to read the secrets.
func (j *Journal) newProvider() (*item, error) {
	p := j.currentProvider()
	if p == nil || j.provider != nil && p.Type == j.provider.Type && bytes.Equal(p.State, j.provider.State) {
		return nil, nil
	}
	it := &item{encoded: true, entry: apitype.JournalEntry{
		Version: 1, Kind: apitype.JournalEntryKindSecretsManager, SecretsProvider: p,
	}}
	var err error
	it.payload, err = json.Marshal(it.entry)
	return it, err
}

func (j *Journal) currentProvider() *apitype.SecretsProvidersV1 {
	if j.sm == nil {
		return nil
	}
	return usedProvider(&apitype.SecretsProvidersV1{Type: j.sm.Type(), State: j.sm.State()})
}
