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
const format = "dorc image 1"

// Snapshot is a source as it was when it was read.
type Snapshot struct {
	Source
	// Files are sorted by name.
	Files []File
}

// Hashes are what a plan shows: which part of an image has changed.
type Hashes struct {
	// Code is of the function's own files without its requirements.txt.
	Code string
	// Requirements is of every requirements.txt that applies.
	Requirements string
	// Source is of everything.
	Source string
}

// Hashes are SHA-256 sums in hexadecimal digits. They depend on names, contents
// and the executable bit alone: not on times, owners, the umask or the machine.
func (s *Snapshot) Hashes() Hashes {
	code, requirements := sha256.New(), sha256.New()
	for _, f := range s.Files {
		if isRequirements(f.Name) {
			f.hashTo(requirements)
		} else {
			f.hashTo(code)
		}
	}
	all := sha256.New()
	c, r := code.Sum(nil), requirements.Sum(nil)
	for _, part := range [][]byte{[]byte(format), []byte(Handler), c, r} {
		field(all, part)
	}
	return Hashes{
		Code: hex.EncodeToString(c), Requirements: hex.EncodeToString(r), Source: hex.EncodeToString(all.Sum(nil)),
	}
}

func isRequirements(name string) bool {
	return slices.Contains([]string{GlobalRequirements, PipelineRequirements, OwnRequirements}, name)
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
