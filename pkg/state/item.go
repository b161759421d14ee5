package state

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
)

// item is an entry on its way to the log.
type item struct {
	source  engine.JournalEntry
	entry   apitype.JournalEntry
	encoded bool
	// payload is the entry's JSON until it is written.
	payload []byte

	done bool
	err  error
	// dropped says that the entry never happened: its begin could not be made durable.
	dropped bool
}

// encode serializes and encrypts the entry. Entries that may be left out are
// encoded only when they are written or folded after all.
func (it *item) encode(sm secrets.Manager) error {
	if it.encoded {
		return nil
	}
	serialize := func(ctx context.Context, enc config.Encrypter) (apitype.JournalEntry, error) {
		return backend.SerializeJournalEntry(ctx, it.source, enc)
	}
	var entry apitype.JournalEntry
	var err error
	if sm == nil {
		entry, err = serialize(context.Background(), config.NewPanicCrypter())
	} else {
		entry, err = stack.BatchEncrypt(context.Background(), sm, serialize)
	}
	if err != nil {
		return fmt.Errorf("encoding a journal entry: %w", err)
	}
	dropTraces(&entry)
	if entry.NewSnapshot != nil {
		entry.NewSnapshot.SecretsProviders = usedProvider(entry.NewSnapshot.SecretsProviders)
	}
	it.entry, it.encoded = entry, true
	it.source = engine.JournalEntry{ElideWrite: it.source.ElideWrite}
	return nil
}

// usedProvider is p, or nil when p never encrypted anything.
func usedProvider(p *apitype.SecretsProvidersV1) *apitype.SecretsProvidersV1 {
	if p == nil || p.Type == "" || len(p.State) == 0 || string(p.State) == "null" {
		return nil
	}
	return p
}

// begins says whether a provider is called once the item is durable.
func (it *item) begins() bool {
	return it.encoded && !it.source.ElideWrite && it.entry.Kind == apitype.JournalEntryKindBegin
}

// dropTraces leaves out what the Go SDK adds to every resource of a program: the
// stack of the call that made it, with paths of the machine that built dorc. It is
// no use to anyone, two fifths of the state, and different on every machine.
func dropTraces(entry *apitype.JournalEntry) {
	if entry.State != nil {
		entry.State.SourcePosition, entry.State.StackTrace = "", nil
	}
	if entry.NewSnapshot == nil {
		return
	}
	for i := range entry.NewSnapshot.Resources {
		entry.NewSnapshot.Resources[i].SourcePosition, entry.NewSnapshot.Resources[i].StackTrace = "", nil
	}
}
