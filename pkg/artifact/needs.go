package artifact

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// checkImages refuses an artifact whose images are gone: its pods could not start, and
// each of its tasks would say so when it is too late to go back.
func (m *Manifest) checkImages(ctx context.Context, has func(ctx context.Context, repository, digest string) (bool, error)) error {
	names := slices.Sorted(maps.Keys(m.DbtImages))
	found := make([]problem.List, len(names))
	err := each(ctx, len(names), func(ctx context.Context, i int) error {
		image := m.DbtImages[names[i]]
		repository, digest, _ := strings.Cut(image, "@")
		there, err := has(ctx, repository, digest)
		if err == nil && !there {
			found[i] = problem.List{m.imageGone(names[i], image)}
		}
		return err
	})
	if err != nil {
		return err
	}
	return slices.Concat(found...).Err()
}

func (m *Manifest) imageGone(project, image string) problem.Problem {
	p := problem.Problem{
		Resource: "artifact " + m.ID, Summary: "the image of the dbt project " + project + " does not exist any more",
		Detail: image + " is what its tasks run; nothing was changed",
		Hint:   "Deploy another artifact, or build it again, which pushes the image again, and deploy the id that is printed: dorc artifact build",
	}
	if m.Commit != "" && !m.Dirty {
		p.Hint = "Deploy another artifact, or check out the commit " + m.Commit + ", build again, which pushes the image again, and deploy the id that is printed: dorc artifact build"
	}
	return p
}
