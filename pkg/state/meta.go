package state

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// metaVersion is the layout with a folder per project, the only one that dorc
// knows. Source: pulumi/pkg backend/diy/meta.go.
const metaVersion = 1

// ensureMeta checks the store's layout version, or writes it in a new store.
func (s *Store) ensureMeta(ctx context.Context) error {
	data, _, err := s.bucket.read(ctx, metaKey)
	if errors.Is(err, errNotFound) {
		return s.createMeta(ctx)
	}
	if err != nil {
		return s.unusable("the state store cannot be read", metaKey, err)
	}
	var meta struct {
		Version *int `yaml:"version"`
	}
	place := s.bucket.location(metaKey)
	if err := yaml.Unmarshal(data, &meta); err != nil || meta.Version == nil {
		return problem.Problem{
			File: place, Summary: "the state store's layout version cannot be read",
			Detail: "the file must hold one line, `version: 1`",
			Hint:   "put the file back from a backup, or write that line if the stacks lie in .pulumi/stacks/<project>/",
		}
	}
	switch {
	case *meta.Version == metaVersion:
		return nil
	case *meta.Version > metaVersion:
		return problem.Problem{
			File: place, Summary: fmt.Sprintf("the state store has layout version %d, dorc knows %d", *meta.Version, metaVersion),
			Hint: "use a newer dorc; nothing was changed",
		}
	default:
		return s.legacyLayout(place)
	}
}

func (s *Store) createMeta(ctx context.Context) error {
	files, err := s.bucket.list(ctx, stacksRoot+"/")
	if err != nil {
		return s.unusable("the state store cannot be listed", stacksRoot, err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.key, ".json") || strings.HasSuffix(f.key, ".json.gz") {
			return s.legacyLayout(s.bucket.location(f.key))
		}
	}
	err = s.bucket.write(ctx, metaKey, []byte("version: 1\n"), condition{absent: true})
	if err != nil && !errors.Is(err, errChanged) {
		return s.unusable("the state store cannot be written", metaKey, err)
	}
	return nil
}

func (s *Store) legacyLayout(place string) error {
	return problem.Problem{
		File: place, Summary: "the state store has the old layout without projects",
		Detail: "dorc knows layout version 1, which has a folder per project",
		Hint:   "run `pulumi state upgrade` with the stock CLI once, or use another place for dorc's state",
	}
}
