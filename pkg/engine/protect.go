package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/state"
)

// Protect sets or clears the protection of resources in a stack's state: a
// protected resource is deleted by no operation. It returns how many changed.
func (e *Engine) Protect(ctx context.Context, name string, urns []string, protect bool) (changed int, err error) {
	st := e.Store.Stack(name)
	lease, err := st.Lock(ctx, state.LockOptions{Owner: e.Owner, Operation: "protect"})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, lease.Unlock(context.WithoutCancel(ctx))) }()
	checkpoint, err := st.Read(ctx)
	if err != nil {
		return 0, err
	}
	var known []string
	seen := map[string]bool{}
	deployment := *checkpoint.Deployment
	deployment.Resources = slices.Clone(deployment.Resources)
	for i := range deployment.Resources {
		r := &deployment.Resources[i]
		known = append(known, string(r.URN))
		if r.Delete || !slices.Contains(urns, string(r.URN)) {
			continue
		}
		seen[string(r.URN)] = true
		if r.Protect != protect {
			r.Protect = protect
			changed++
		}
	}
	for _, urn := range urns {
		if !seen[urn] {
			p := problem.Problem{Resource: "stack " + name, Summary: "there is no resource " + urn}
			if near := problem.Nearest(urn, known); near != "" {
				p.Hint = "did you mean " + near + "?"
			}
			return 0, p
		}
	}
	if changed == 0 {
		return 0, nil
	}
	return changed, st.Write(ctx, lease, &deployment)
}

// MayDestroy refuses a stack that has protected resources. It changes nothing.
func (e *Engine) MayDestroy(ctx context.Context, name string) error {
	opened, err := e.open(ctx, e.Store.Stack(name))
	if err != nil {
		return err
	}
	return opened.checkProtected(Stack{Name: name})
}

// checkProtected refuses to destroy a stack that has protected resources, before
// anything is deleted: Pulumi itself deletes all others and then fails.
func (o *opened) checkProtected(s Stack) error {
	var urns []string
	for _, r := range o.snapshot.Resources {
		if r.Protect && !r.Delete {
			urns = append(urns, string(r.URN))
		}
	}
	if len(urns) == 0 {
		return nil
	}
	return problem.Problem{
		Resource: "stack " + s.Name,
		Summary:  fmt.Sprintf("%d of its resources are protected, so nothing is destroyed", len(urns)),
		Detail:   "they are: " + strings.Join(urns, ", "),
		Hint:     "let them go with `dorc state unprotect`, or destroy others with --target",
	}
}
