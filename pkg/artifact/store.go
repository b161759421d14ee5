package artifact

import (
	"context"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Folders of the artifacts bucket.
const (
	artifactsFolder = "artifacts/"
	deploysFolder   = "deploys/"
	manifestName    = "manifest.json"
)

// atOnce is how many requests are under way at one time.
const atOnce = 16

// Store is the artifacts bucket.
type Store struct{ Bucket bucket.Bucket }

func folder(id string) string { return artifactsFolder + id + "/" }

func object(id, path string) string { return folder(id) + "files/" + path }

// Manifest reads the manifest of an artifact. An id that is not there is a problem
// with the nearest one.
func (s Store) Manifest(ctx context.Context, id string) (*Manifest, error) {
	if err := CheckID(id); err != nil {
		return nil, err
	}
	data, _, err := s.Bucket.Read(ctx, folder(id)+manifestName, bucket.MaxObject)
	if errors.Is(err, bucket.ErrNotFound) {
		return nil, s.absent(ctx, id)
	}
	if err != nil {
		return nil, inBucket(s.Bucket, err)
	}
	return readManifest(id, data)
}

func (s Store) absent(ctx context.Context, id string) error {
	p := problem.Problem{Resource: "artifact " + id, Summary: "there is no such artifact in " + s.Bucket.URL(), Hint: "`dorc artifact list` shows what there is."}
	ids, _, err := s.Bucket.Folder(ctx, artifactsFolder)
	if err != nil {
		return inBucket(s.Bucket, err)
	}
	if slices.Contains(ids, id) {
		p.Summary = "the upload of the artifact broke off"
		p.Hint = "Build it again: what is there already is not sent again."
	} else if near := problem.Nearest(id, ids); near != "" {
		p.Hint = "Did you mean " + near + "?"
	}
	return p
}

// List reads the manifests of all artifacts, the newest first. An upload that broke
// off is none. What cannot be read comes beside them, sorted by id.
func (s Store) List(ctx context.Context) ([]*Manifest, []Unreadable, error) {
	ids, _, err := s.Bucket.Folder(ctx, artifactsFolder)
	if err != nil {
		return nil, nil, inBucket(s.Bucket, err)
	}
	found, wrong := make([]*Manifest, len(ids)), make([]error, len(ids))
	err = each(ctx, len(ids), func(ctx context.Context, i int) error {
		if CheckID(ids[i]) != nil {
			return nil // someone else's folder
		}
		data, _, err := s.Bucket.Read(ctx, folder(ids[i])+manifestName, bucket.MaxObject)
		if errors.Is(err, bucket.ErrNotFound) {
			return nil
		}
		if err == nil {
			found[i], err = readManifest(ids[i], data)
		}
		if ofManifest(err) {
			wrong[i], err = err, nil
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	var unreadable []Unreadable
	for i, err := range wrong {
		if err != nil {
			unreadable = append(unreadable, Unreadable{ids[i], err})
		}
	}
	found = slices.DeleteFunc(found, func(m *Manifest) bool { return m == nil })
	slices.SortStableFunc(found, func(a, b *Manifest) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return found, unreadable, nil
}

// files reads and verifies the bytes of the files of an artifact that are wanted, by path.
func (s Store) files(ctx context.Context, m *Manifest) ([]content.File, error) {
	all := make([]content.File, len(m.Files))
	err := each(ctx, len(m.Files), func(ctx context.Context, i int) error {
		f := m.Files[i]
		data, _, err := s.Bucket.Read(ctx, object(m.ID, f.Path), bucket.MaxObject)
		switch {
		case errors.Is(err, bucket.ErrNotFound):
			return tampered(m.ID, f.Path+" is missing")
		case err != nil:
			return err
		case content.SHA256(data) != f.SHA256:
			return tampered(m.ID, f.Path+" has other bytes than the manifest says")
		}
		all[i] = content.File{Path: f.Path, Data: data}
		return nil
	})
	return all, err
}

// each calls f for 0 to n-1, several at a time, until one fails.
func each(ctx context.Context, n int, f func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range n {
		group.Go(func() error {
			if err := context.Cause(ctx); err != nil {
				return err
			}
			return f(ctx, i)
		})
	}
	return group.Wait()
}
