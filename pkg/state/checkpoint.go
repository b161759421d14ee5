package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"weak"

	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/encoding"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// SecretsProvider names how a stack's secrets are encrypted, with what is needed
// besides the passphrase or the cloud's key to open them.
type SecretsProvider = apitype.SecretsProvidersV1

// Checkpoint is a stack's state as it was read.
type Checkpoint struct {
	// Deployment is never nil; it is empty for a stack that does not exist.
	Deployment *apitype.DeploymentV3
	// Serial is the SHA-256 of the file in hex, "" for a stack that does not
	// exist. It tells whether a plan still fits the state.
	Serial string
	// Exists says that there is a state file.
	Exists bool
	// Version and Features are the file's, for export.
	Version  int
	Features []string

	// key is where the state is, with the suffix of its compression.
	key string
	// version is the bucket's, for a conditional write.
	version string
}

// SecretsProvider is what the state was encrypted with, nil when it has no secret.
func (c *Checkpoint) SecretsProvider() *SecretsProvider {
	if p := c.Deployment.SecretsProviders; p != nil && p.Type != "" {
		return p
	}
	return nil
}

// Exists says whether the stack has a state file.
func (st *Stack) Exists(ctx context.Context) (bool, error) {
	if err := checkName(st.name); err != nil {
		return false, err
	}
	_, ok, err := st.find(ctx)
	return ok, err
}

// Begun says whether anything was ever done to the stack: it has a state file, or
// a journal of a first run that ended early.
func (st *Stack) Begun(ctx context.Context) (bool, error) {
	exists, err := st.Exists(ctx)
	if err != nil || exists {
		return exists, err
	}
	return st.HasJournal(ctx)
}

// find is the key of the state file. Like the stock CLI it prefers the newest of
// the plain and the compressed ones.
func (st *Stack) find(ctx context.Context) (key string, ok bool, err error) {
	plain := st.stateKey()
	files, err := st.bucket.variants(ctx, plain, "", encoding.GZIPExt, encoding.ZSTDExt)
	if err != nil {
		return "", false, st.store.unusable("the state cannot be looked for", plain, err)
	}
	var best object
	for _, f := range files {
		if best.key == "" || !f.modified.Before(best.modified) {
			best = f
		}
	}
	if best.key == "" {
		return plain, false, nil
	}
	return best.key, true, nil
}

// Read reads the stack's state. A file that is damaged or was written by a newer
// version is refused, with the place of its backup.
func (st *Stack) Read(ctx context.Context) (*Checkpoint, error) {
	if err := checkName(st.name); err != nil {
		return nil, err
	}
	key, ok, err := st.find(ctx)
	if err != nil {
		return nil, err
	}
	c := &Checkpoint{Deployment: &apitype.DeploymentV3{}, Version: apitype.DeploymentSchemaVersionCurrent, key: key}
	if ok {
		data, version, err := st.bucket.read(ctx, key)
		if err != nil {
			return nil, st.store.unusable("the state cannot be read", key, err)
		}
		latest, v, features, err := decodeCheckpoint(data)
		if err != nil {
			return nil, st.refusedState(ctx, key, data, err)
		}
		c.Exists, c.Serial, c.version = true, fingerprint(data), version
		c.Version, c.Features = v, features
		if latest.Latest != nil {
			c.Deployment = latest.Latest
		}
	}
	st.mu.Lock()
	st.last = c
	st.serials[weak.Make(c.Deployment)] = c.Serial
	st.mu.Unlock()
	return c, nil
}

var errNotAState = errors.New("the file is JSON, but not a state file: it names no stack")

func decodeCheckpoint(data []byte) (*apitype.CheckpointV3, int, []string, error) {
	m := encoding.Compress(encoding.JSON, encoding.DetectCompression(data))
	latest, version, features, err := stack.UnmarshalVersionedCheckpointToLatestCheckpoint(m, data)
	if err == nil && latest.Stack == "" {
		err = errNotAState
	}
	return latest, version, features, err
}

// refusedState says why a state file cannot be used and where an older one is.
func (st *Stack) refusedState(ctx context.Context, key string, data []byte, err error) error {
	p := problem.Problem{File: st.bucket.location(key)}
	var head apitype.VersionedCheckpoint
	m := encoding.Compress(encoding.JSON, encoding.DetectCompression(data))
	var features *stack.ErrDeploymentUnsupportedFeatures
	switch {
	case m.Unmarshal(data, &head) == nil && head.Version > apitype.DeploymentSchemaVersionLatest:
		p.Summary = fmt.Sprintf("the state has schema version %d, this dorc knows up to %d",
			head.Version, apitype.DeploymentSchemaVersionLatest)
		p.Hint = "use a newer dorc; nothing was changed"
		return p
	case errors.As(err, &features):
		p.Summary = "the state uses features that this dorc does not know: " + strings.Join(features.Features, ", ")
		p.Hint = "use a newer dorc; nothing was changed"
		return p
	}
	p.Summary = "the state file is damaged"
	p.Detail = err.Error()
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		p.Detail = fmt.Sprintf("%s, at byte %d of %d", err, syntax.Offset, len(data))
	}
	p.Hint = st.backupHint(ctx, key)
	return p
}

// backupHint names the newest file that the state can be taken from.
func (st *Stack) backupHint(ctx context.Context, key string) string {
	if files, err := st.bucket.list(ctx, key+".bak"); err == nil && len(files) > 0 {
		return "the state before the last change is " + st.bucket.location(files[0].key) +
			": look at it, copy it over the damaged file, then run `dorc refresh`"
	}
	if files, err := st.bucket.list(ctx, st.backupDir()+"/"); err == nil && len(files) > 0 {
		return "the newest backup is " + st.bucket.location(files[len(files)-1].key) +
			": look at it, copy it over the damaged file, then run `dorc refresh`"
	}
	return "no backup was found in the store; put the file back from your own backups"
}
