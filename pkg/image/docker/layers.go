package docker

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/compress/gzip"
)

// packed is a compressed layer in a file.
type packed struct {
	path string
	id   v1.Hash
	Hash v1.Hash `json:"digest"`
	Len  int64   `json:"size"`
}

func (p *packed) DiffID() (v1.Hash, error)            { return p.id, nil }
func (p *packed) Digest() (v1.Hash, error)            { return p.Hash, nil }
func (p *packed) Size() (int64, error)                { return p.Len, nil }
func (p *packed) MediaType() (types.MediaType, error) { return types.OCILayer, nil }
func (p *packed) Compressed() (io.ReadCloser, error)  { return os.Open(p.path) }
func (p *packed) extend() (v1.Layer, error)           { return partial.CompressedToLayer(p) }
func (p *packed) record() string                      { return p.path + ".json" }
func packedAt(dir string, id v1.Hash) (layer *packed) {
	return &packed{path: filepath.Join(dir, id.Hex+".tar.gz"), id: id}
}

// load tells that the file is there and whole.
func (p *packed) load() bool {
	data, err := os.ReadFile(p.record())
	if err != nil || json.Unmarshal(data, p) != nil {
		return false
	}
	info, err := os.Stat(p.path)
	return err == nil && info.Size() == p.Len
}

// pack compresses a layer into dir, once: engines give layers uncompressed, and
// the base image's are in all functions' images. Several processes may do so.
func pack(layer v1.Layer, id v1.Hash, dir string) (_ v1.Layer, err error) {
	p := packedAt(dir, id)
	if p.load() {
		return p.extend()
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	in, err := layer.Uncompressed()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	out, err := os.CreateTemp(dir, "layer-*")
	if err != nil {
		return nil, err
	}
	defer func() {
		out.Close()
		if err != nil {
			os.Remove(out.Name())
		}
	}()
	inside, outside := sha256.New(), sha256.New()
	count := &counter{}
	z := gzip.NewWriter(io.MultiWriter(out, outside, count))
	if _, err := io.Copy(z, io.TeeReader(in, inside)); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if got := hex.EncodeToString(inside.Sum(nil)); got != id.Hex {
		return nil, fmt.Errorf("a layer has the hash %s, and the engine said %s", got, id.Hex)
	}
	if err := out.Close(); err != nil {
		return nil, err
	}
	p.Hash, p.Len = v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(outside.Sum(nil))}, count.n
	if err := os.Rename(out.Name(), p.path); err != nil {
		return nil, err
	}
	if err := p.note(dir); err != nil {
		return nil, err
	}
	return p.extend()
}

// note writes the record, after the layer.
func (p *packed) note(dir string) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "record-*")
	if err != nil {
		return err
	}
	if _, err = f.Write(data); err == nil {
		err = f.Close()
	} else {
		f.Close()
	}
	if err == nil {
		err = os.Rename(f.Name(), p.record())
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}
