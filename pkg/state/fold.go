package state

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack/snapshot"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// FoldInfo says what Fold cannot know.
type FoldInfo struct {
	// Time is what the state says it was written at. Default: now.
	Time time.Time
}

// Fold replays the journal on its base, replaces the state file and removes the
// journal. It reports whether the state changed; when it did not, the file is left
// as it is. On an error the journal stays, for Recover. The previous state is kept
// beside the new one with the suffix .bak.
func (j *Journal) Fold(ctx context.Context, info FoldInfo) (changed bool, err error) {
	if err := j.Close(); err != nil {
		return false, err
	}
	if !j.changed {
		return false, j.log.remove(ctx)
	}
	var entries []apitype.JournalEntry
	for _, it := range j.items {
		if it.dropped {
			continue
		}
		if err := it.encode(j.sm); err != nil {
			return false, err
		}
		entries = append(entries, it.entry)
	}
	if p := j.currentProvider(); p != nil {
		entries = append(entries, apitype.JournalEntry{
			Version: 1, Kind: apitype.JournalEntryKindSecretsManager, SecretsProvider: p,
		})
	}
	changed, err = j.st.replace(ctx, j.lease, replacement{
		base: j.base, serial: j.serial, entries: entries, time: info.Time,
		before: func(serial string) error { return j.log.folded(ctx, j.batch+1, serial) },
	})
	var broken *brokenRules
	if err != nil && !errors.As(err, &broken) {
		return false, err
	}
	return changed, errors.Join(err, j.log.remove(ctx))
}

// replacement is a state file's new content.
type replacement struct {
	base    *apitype.DeploymentV3
	serial  string
	entries []apitype.JournalEntry
	time    time.Time
	// before is called with the new file's serial before it replaces the old one.
	before func(serial string) error
}

// brokenRules says that a state was written although it breaks the engine's rules.
// Not writing it would lose what happened; the stock CLI does the same.
type brokenRules struct{ problem.Problem }

func (b *brokenRules) Unwrap() error { return b.Problem }

// replace writes the state that the entries make of the base.
func (st *Stack) replace(ctx context.Context, lease *Lease, r replacement) (bool, error) {
	d, err := replay(r.base, r.entries)
	if err != nil {
		return false, problem.Problem{
			Resource: "stack " + st.name, Summary: "the journal does not fit the state", Detail: err.Error(),
			Hint: "the journal is kept; `dorc state recover --force` uses the part before that entry",
		}
	}
	rules := verifyRules(d)
	key, _, err := st.find(ctx)
	if err != nil {
		return false, err
	}
	if r.serial != "" && len(d.Deployment.Resources) == len(r.base.Resources) {
		same, err := st.sameBut(key, d, r)
		if err != nil || same {
			return false, err
		}
	}
	stamp(d.Deployment, r.time)
	data, err := st.encodeCheckpoint(key, d)
	if err != nil {
		return false, err
	}
	if r.before != nil {
		if err := r.before(fingerprint(data)); err != nil {
			return false, err
		}
	}
	if err := st.replaceFile(ctx, lease, key, r.serial, data); err != nil {
		return false, err
	}
	if rules != nil {
		return true, &brokenRules{problem.Problem{
			File: st.bucket.location(key), Summary: "the new state breaks the rules of a state file", Detail: rules.Error(),
			Hint: "it was written, so that nothing is lost; the state before is " + st.bucket.location(key) + ".bak. Please report this",
		}}
	}
	return true, nil
}

// sameBut says whether d is the state that is there, but for its time.
func (st *Stack) sameBut(key string, d apitype.TypedDeployment, r replacement) (bool, error) {
	manifest := d.Deployment.Manifest
	d.Deployment.Manifest = r.base.Manifest
	data, err := st.encodeCheckpoint(key, d)
	d.Deployment.Manifest = manifest
	return err == nil && fingerprint(data) == r.serial, err
}

func stamp(d *apitype.DeploymentV3, at time.Time) {
	if at.IsZero() {
		at = time.Now()
	}
	m := deploy.Manifest{Time: at, Version: version.Version}
	m.Magic = m.NewMagic()
	d.Manifest = m.Serialize()
}

// verifyRules checks the deployment and notes in it what is broken, as the stock
// journal does.
func verifyRules(d apitype.TypedDeployment) error {
	err := snapshot.VerifyIntegrity(d.Deployment)
	d.Deployment.Metadata.IntegrityErrorMetadata = nil
	if err != nil {
		d.Deployment.Metadata.IntegrityErrorMetadata = &apitype.SnapshotIntegrityErrorMetadataV1{
			Version: strconv.Itoa(d.Version), Command: strings.Join(os.Args, " "), Error: err.Error(),
		}
	}
	return err
}

// replaceFile replaces the state file, if the lease is ours and the file still has
// the serial. The check and the replacement are one step: on a disk under the
// guard that every lease change takes, in an object store by a conditional write.
func (st *Stack) replaceFile(ctx context.Context, lease *Lease, key, serial string, data []byte) error {
	return st.bucket.guarded(ctx, st.guardKey(), func() error {
		if err := lease.verifyRemote(ctx); err != nil {
			return err
		}
		old, version, err := st.bucket.read(ctx, key)
		c := condition{version: version}
		switch {
		case errors.Is(err, errNotFound):
			c = condition{absent: true}
			if serial != "" {
				return st.changedUnderUs(key, "it is gone")
			}
		case err != nil:
			return st.store.unusable("the state cannot be read", key, err)
		case fingerprint(old) != serial:
			return st.changedUnderUs(key, "it is not the one that this operation started from")
		default:
			if err := st.bucket.keep(ctx, key+".bak", key); err != nil {
				return st.store.unusable("the state cannot be backed up", key+".bak", err)
			}
		}
		err = st.bucket.write(ctx, key, data, c)
		if errors.Is(err, errChanged) {
			return st.changedUnderUs(key, "it was replaced a moment ago")
		}
		if err != nil {
			return st.store.unusable("the state cannot be written", key, err)
		}
		st.mu.Lock()
		st.last = nil
		st.mu.Unlock()
		return nil
	})
}

func (st *Stack) changedUnderUs(key, how string) error {
	return problem.Problem{
		File: st.bucket.location(key), Summary: "the state file was changed by someone who does not hold the lease",
		Detail: fmt.Sprintf("%s; the new state was not written and the journal of this operation is kept", how),
		Hint:   "put the state back from its .bak and run `dorc state recover`, or set the journal aside with `dorc state recover --force`",
	}
}
