package stack

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// notApplied says that a stack is not in the state.
func notApplied(r Ref) error {
	return problem.Problem{
		Resource: "stack " + r.Name(),
		Summary:  "it is not applied",
		Hint:     "apply it first: dorc apply " + r.Command(),
	}
}

// MustBeApplied refuses a stack that is not in the state.
func (p *Project) MustBeApplied(ctx context.Context, r Ref) error {
	there, err := p.IsApplied(ctx, r)
	if err != nil || there {
		return err
	}
	return notApplied(r)
}

// IsApplied says whether the stack is in the state.
func (p *Project) IsApplied(ctx context.Context, r Ref) (bool, error) {
	store, err := p.Store(ctx)
	if err != nil {
		return false, err
	}
	return store.Stack(r.Name()).Begun(ctx)
}

// Needed are the stacks that the stack's program reads and that are not applied.
// A program of the user's own reads what it likes, so it is not looked at.
func (p *Project) Needed(ctx context.Context, r Ref) ([]Ref, error) {
	if r.Kind == KindUniversal {
		return nil, nil
	}
	folder, err := p.folder(r)
	if err != nil || exists(filepath.Join(folder, "main.go")) {
		return nil, err
	}
	// What is wrong in the files is said before what is missing beside them.
	u, err := p.Universal()
	if err != nil {
		return nil, err
	}
	if _, err := p.Environment(r.Env); err != nil {
		return nil, err
	}
	if r.Kind == KindInfra {
		if u.GCP == nil {
			return nil, nil
		}
		// On Google Cloud the universal stack has the APIs and the repository, which
		// workers are let into.
		return p.notAppliedOf(ctx, p.universalRef())
	}
	repo, err := p.Repo()
	if err != nil {
		return nil, err
	}
	pipeline, err := repo.Pipeline(r.Layer, r.Pipeline)
	if err != nil {
		return nil, err
	}
	uses := []Ref{p.universalRef(), p.infraRef(r.Env)}
	for _, id := range pipeline.Starts() {
		layer, name, _ := strings.Cut(id, "/")
		uses = append(uses, Ref{Kind: KindPipeline, Env: r.Env, Layer: layer, Pipeline: name, name: naming.Stack(layer, r.Env, name)})
	}
	return p.notAppliedOf(ctx, uses...)
}

func (p *Project) notAppliedOf(ctx context.Context, refs ...Ref) (needed []Ref, err error) {
	for _, u := range refs {
		there, err := p.IsApplied(ctx, u)
		if err != nil {
			return nil, err
		}
		if !there {
			needed = append(needed, u)
		}
	}
	return needed, nil
}

// Prerequisites refuses to work on the stacks, in this order, while one needs
// another that is neither applied nor among them, and what a Cloud Composer that is
// there cannot be changed to.
func (p *Project) Prerequisites(ctx context.Context, refs ...Ref) error {
	among := map[string]bool{}
	for _, r := range refs {
		among[r.Name()] = true
	}
	for _, r := range refs {
		needed, err := p.Needed(ctx, r)
		if err != nil {
			return err
		}
		var names, commands []string
		for _, n := range needed {
			if !among[n.Name()] {
				names, commands = append(names, n.Name()), append(commands, "dorc apply "+n.Command())
			}
		}
		if len(names) > 0 {
			return problem.Problem{
				Resource: "stack " + r.Name(),
				Summary:  "it needs stacks that are not applied",
				Detail:   "they are: " + strings.Join(names, ", "),
				Hint:     "apply them first: " + strings.Join(commands, " && "),
			}
		}
		if r.Kind == KindInfra {
			if err := p.checkUpgrade(ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}
