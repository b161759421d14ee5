package artifact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// BuildOptions say what an artifact's manifest says besides its content.
type BuildOptions struct {
	// ServiceProject is the one whose DAGs these are. Required.
	ServiceProject string
	// Source is where the content comes from.
	Source Source
	// By is who builds, At when. Required.
	By string
	At time.Time
	// Compiler is the version of dorc.
	Compiler string
}

// Built is what Build did.
type Built struct {
	*Manifest
	// Existed says that the artifact was there already.
	Existed bool
	// Sent is how many files were uploaded.
	Sent int
}

// Build stores content as an artifact. One that is there already stays as it is: an
// id never means anything else. An upload that broke off is taken up again.
func (s Store) Build(ctx context.Context, c *content.Content, o BuildOptions) (*Built, error) {
	if err := c.Sort(); err != nil {
		return nil, err
	}
	m, err := newManifest(c, o)
	if err != nil {
		return nil, err
	}
	there, err := s.present(ctx, m)
	if err != nil || there != nil {
		return there, err
	}
	sent, err := s.upload(ctx, m, c.Files)
	if err != nil {
		return nil, brokeOff(m.ID, err)
	}
	data, err := encode(m)
	if err != nil {
		return nil, err
	}
	_, err = s.Bucket.Write(ctx, folder(m.ID)+manifestName, data, 0)
	if errors.Is(err, bucket.ErrChanged) { // someone built the same meanwhile
		if there, err := s.present(ctx, m); err != nil || there != nil {
			return there, err
		}
	}
	if err != nil {
		return nil, brokeOff(m.ID, err)
	}
	return &Built{Manifest: m, Sent: sent}, nil
}

// present is the artifact of the manifest's id, or nil. One with other content is refused.
func (s Store) present(ctx context.Context, m *Manifest) (*Built, error) {
	data, _, err := s.Bucket.Read(ctx, folder(m.ID)+manifestName, bucket.MaxObject)
	if errors.Is(err, bucket.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, inBucket(s.Bucket, err)
	}
	there, err := readManifest(m.ID, data)
	if err != nil {
		return nil, err
	}
	if there.ContentHash != m.ContentHash {
		return nil, problem.Problem{
			Resource: "artifact " + m.ID, Summary: "there is another artifact of this id",
			Detail: fmt.Sprintf("its content hash is %s; this one's is %s", there.ContentHash, m.ContentHash),
			Hint:   "An id never means anything else: commit once more, and build again.",
		}
	}
	return &Built{Manifest: there, Existed: true}, nil
}

// upload sends the files that are not there yet.
func (s Store) upload(ctx context.Context, m *Manifest, files []content.File) (sent int, err error) {
	there, err := s.Bucket.List(ctx, folder(m.ID))
	if err != nil {
		return 0, err
	}
	known := map[string]bucket.Object{}
	for _, o := range there {
		known[o.Name] = o
	}
	missing := make([]content.File, 0, len(files))
	for _, f := range files {
		if !known[object(m.ID, f.Path)].Is(f.Data) {
			missing = append(missing, f)
		}
	}
	return len(missing), each(ctx, len(missing), func(ctx context.Context, i int) error {
		name := object(m.ID, missing[i].Path)
		_, err := s.Bucket.Write(ctx, name, missing[i].Data, known[name].Generation)
		if errors.Is(err, bucket.ErrChanged) {
			// Another build sends the same file.
			data, _, readErr := s.Bucket.Read(ctx, name, bucket.MaxObject)
			if readErr == nil && bytes.Equal(data, missing[i].Data) {
				return nil
			}
		}
		return err
	})
}

// brokeOff says what a failed upload leaves.
func brokeOff(id string, err error) error {
	var own problem.Problem
	if errors.As(err, &own) || errors.Is(err, context.Canceled) || errors.Is(err, bucket.ErrNoBucket) {
		return err
	}
	return problem.Problem{
		Resource: "artifact " + id, Summary: "the upload broke off",
		Detail: strings.TrimSpace(err.Error()) + "; without its manifest it is no artifact, and nothing uses it",
		Hint:   "Build it again: what is there already is not sent again.",
	}
}
