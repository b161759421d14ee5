package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/display"
	pulumiengine "github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	pulumistack "github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// check says whether the plan may be applied to the stack as it is now.
func (p *SavedPlan) check(s Stack, serial string) error {
	switch {
	case p.Stack != s.Name:
		return &StaleError{Stack: s.Name, Reason: fmt.Sprintf("it was made for stack %s", p.Stack)}
	case p.Target != s.Target:
		return &StaleError{Stack: s.Name, Reason: fmt.Sprintf("it was made for target %s, not %s", p.Target, s.Target)}
	case p.Serial != serial:
		return &StaleError{Stack: s.Name, Reason: fmt.Sprintf(
			"the state has changed since it was made at %s", p.Created.Local().Format(time.DateTime))}
	}
	return nil
}

// constrain binds the engine to the plan, if there is one.
func (e *Engine) constrain(ctx context.Context, p *SavedPlan, opts *pulumiengine.UpdateOptions) error {
	if p == nil {
		return nil
	}
	manager, err := e.Secrets(ctx, p.Stack, p.Secrets)
	if err != nil {
		return err
	}
	plan, err := pulumistack.DeserializePlan(p.Plan, manager.Decrypter())
	if err != nil {
		return fmt.Errorf("reading the saved plan: %w", err)
	}
	opts.Plan, opts.GeneratePlan, opts.Strict = plan, true, true
	return nil
}

// checkPlan refuses a plan that does not fit any more, before anything is
// changed: by what it records of the state, and by running the program against
// it once without changing anything.
func (e *Engine) checkPlan(ctx context.Context, s Stack, o Options, opened *opened) error {
	if err := o.Plan.check(s, opened.checkpoint.Serial); err != nil {
		return err
	}
	violations := &violations{}
	preview := o
	preview.Display = violations
	_, _, err := e.run(ctx, step{
		operation: Operation{Kind: apitype.PreviewUpdate, Stack: s.Name, Preview: true},
		stack:     s, snapshot: opened.snapshot, options: preview, tags: opened.tags,
		act: func(u pulumiengine.UpdateInfo, c *pulumiengine.Context, opts pulumiengine.UpdateOptions) (*deploy.Plan, display.ResourceChanges, error) {
			if err := e.constrain(ctx, o.Plan, &opts); err != nil {
				return nil, nil, err
			}
			return pulumiengine.Update(u, c, opts, true)
		},
	})
	if err != nil && isViolation(err.Error()) {
		violations.messages = append(violations.messages, err.Error())
	}
	if len(violations.messages) > 0 {
		return &StaleError{Stack: s.Name, Reason: "what would be done now differs from it: " + strings.Join(violations.messages, "; ")}
	}
	if errors.Is(err, ErrFailed) {
		return fmt.Errorf("stack %s: the program fails now: %s", s.Name, strings.Join(violations.errors, "; "))
	}
	return err
}

// violations is a display that keeps what the engine says of a plan.
type violations struct {
	mu               sync.Mutex
	messages, errors []string
}

func (v *violations) Show(_ Operation, events <-chan pulumiengine.Event) {
	for e := range events {
		if e.Type != pulumiengine.DiagEvent {
			continue
		}
		d, ok := e.Payload().(pulumiengine.DiagEventPayload)
		if !ok || d.Severity != "error" {
			continue
		}
		message := strings.TrimSpace(plain(d.Message))
		v.mu.Lock()
		if isViolation(message) {
			v.messages = append(v.messages, message)
		} else {
			v.errors = append(v.errors, message)
		}
		v.mu.Unlock()
	}
}

// isViolation knows Pulumi's words for a step that a plan does not have
// (pkg/resource/deploy/step_generator.go of the linked version; a test holds them).
func isViolation(message string) bool {
	for _, words := range []string{"violates plan", "not allowed by the plan", "no plan for resource", "expected resource operations"} {
		if strings.Contains(message, words) {
			return true
		}
	}
	return false
}
