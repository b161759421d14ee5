package layer

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// counter passes on what is written to it, and takes its size and hash.
type counter struct {
	next io.Writer
	hash hash.Hash
	size int64
}

func newCounter(next io.Writer) *counter { return &counter{next: next, hash: sha256.New()} }

// Write implements io.Writer.
func (c *counter) Write(data []byte) (int, error) {
	n, err := c.next.Write(data)
	c.hash.Write(data[:n])
	c.size += int64(n)
	return n, err
}

func (c *counter) sum() v1.Hash {
	return v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(c.hash.Sum(nil))}
}
