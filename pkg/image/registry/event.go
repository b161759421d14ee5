package registry

// State says what happens to a blob.
type State string

// The states of a blob. Each blob of a push ends with Exists, Mounted or Done,
// or with the push's error.
const (
	// Checking: the registry is asked whether it has the blob.
	Checking State = "checking"
	// Exists: the registry has it; nothing is sent.
	Exists State = "exists"
	// Mounted: the registry took it from another of its repositories.
	Mounted State = "mounted"
	// Uploading: Complete of Size bytes are sent.
	Uploading State = "uploading"
	// Done: all of it is sent and the registry has confirmed it.
	Done State = "done"
	// Retrying: a try failed; Reason says why, and Attempt which it was.
	Retrying State = "retrying"
	// Kept: the registry deletes no tags, and the tag stays.
	Kept State = "kept"
)

// Event is what Options.Progress hears.
type Event struct {
	// Repository is the repository's full name, with the registry's host.
	Repository string
	// Digest is the blob's, or "" when no single blob is concerned.
	Digest string
	// Size is the blob's size in bytes, and Complete how much of it is sent.
	Size, Complete int64
	State          State
	// Attempt counts tries from 1.
	Attempt int
	// Reason is for people, with State Retrying or Kept.
	Reason string
}
