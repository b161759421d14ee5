package source

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"slices"
)

// format is changed when the same files make a different image, so that every
// image is built again.
const format = "dorc image 2"

// Hashes are what a plan shows: which part of an image has changed. Each is a
// SHA-256 sum in hexadecimal digits, or "" when an image has no such part. They
// depend on names, contents and the executable bit alone: not on times, owners,
// the umask or the machine.
type Hashes struct {
	// Code is of the function's or pipeline's own files without its requirements.
	Code string
	// Requirements is of every file that says which packages are needed.
	Requirements string
	// Shared is of the shared code.
	Shared string
	// Context is of the Dockerfile and what else it can see, when it is built.
	Context string
}

// Hashes are the hashes of what was read.
func (s *Snapshot) Hashes() Hashes {
	var code []File
	for _, f := range s.Files {
		if s.Kind != KindFunction || !isRequirements(f.Name) {
			code = append(code, f)
		}
	}
	h := Hashes{Code: sum(code), Requirements: sum(s.Requirements.Files, s.Requirements.Roots...)}
	if len(s.Shared) > 0 {
		h.Shared = sum(s.Shared)
	}
	if len(s.Context) > 0 {
		h.Context = sum(s.Context)
	}
	return h
}

// Key is the hash of an image's inputs: of the hashes and whatever else decides
// what is in the image. The order of the inputs counts.
func (h Hashes) Key(more ...string) string {
	all := sha256.New()
	for _, part := range append([]string{format, Handler, h.Code, h.Requirements, h.Shared, h.Context}, more...) {
		field(all, []byte(part))
	}
	return hex.EncodeToString(all.Sum(nil))
}

func sum(files []File, more ...string) string {
	h := sha256.New()
	for _, f := range files {
		f.hashTo(h)
	}
	for _, text := range more {
		field(h, []byte(text))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func isRequirements(name string) bool {
	return slices.Contains([]string{GlobalRequirements, PipelineRequirements, OwnRequirements, projectFile, lockFile}, name)
}

func (f File) hashTo(h hash.Hash) {
	field(h, []byte(f.Name))
	mode := byte(0)
	if f.Executable {
		mode = 1
	}
	field(h, []byte{mode})
	field(h, f.Hash[:])
}

// field writes a value after its length, so that no two lists of values are one
// sequence of bytes. Writing to a hash never fails.
func field(h hash.Hash, value []byte) {
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(value))))
	h.Write(value)
}
