package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// planFormat is the version of the file that WritePlan writes.
const planFormat = 1

// SavedPlan is what a plan found, kept in a file. Its secrets are encrypted as
// those of the stack's state.
type SavedPlan struct {
	// Format is the version of the file.
	Format int `json:"format"`
	// Stack is the stack's name.
	Stack string `json:"stack"`
	// Target is where the stack lives.
	Target string `json:"target"`
	// Created is when the plan was made.
	Created time.Time `json:"created"`
	// Serial is the fingerprint of the state that the plan was made from.
	Serial string `json:"serial"`
	// Secrets is what the plan's secrets are encrypted with; nil when it has none.
	// A stack that does not exist yet has no state that would tell.
	Secrets *apitype.SecretsProvidersV1 `json:"secrets,omitempty"`
	// Plan is Pulumi's own update plan.
	Plan apitype.DeploymentPlanV1 `json:"plan"`
}

// newSavedPlan serializes a plan made from the state with the given serial.
func newSavedPlan(s Stack, serial string, plan *deploy.Plan, sm secrets.Manager) (*SavedPlan, error) {
	serialized, err := stack.SerializePlan(plan, sm.Encrypter(), false)
	if err != nil {
		return nil, fmt.Errorf("saving the plan of stack %s: %w", s.Name, err)
	}
	saved := &SavedPlan{
		Format: planFormat, Stack: s.Name, Target: s.Target,
		Created: time.Now().UTC(), Serial: serial, Plan: serialized,
	}
	// Read after the plan is serialized: a first secret makes the key.
	if used := sm.State(); used != nil {
		saved.Secrets = &apitype.SecretsProvidersV1{Type: sm.Type(), State: used}
	}
	return saved, nil
}

// WritePlan writes the plan to a file that only its owner can read.
func WritePlan(path string, p *SavedPlan) error {
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".plan-*")
	if err != nil {
		return fmt.Errorf("the plan cannot be written into the folder %s: %w", filepath.Dir(path), reason(err))
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("writing the plan: %w", err)
	}
	if err := tmp.Close(); err != nil {
		return fmt.Errorf("writing the plan: %w", err)
	}
	return os.Rename(tmp.Name(), path)
}

// ReadPlan reads a plan that WritePlan wrote. A file of another format is refused.
func ReadPlan(path string) (*SavedPlan, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the plan: %w", err)
	}
	var p SavedPlan
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, fmt.Errorf("%s is not a plan that dorc saved: %w", path, err)
	}
	if p.Format == 0 {
		return nil, fmt.Errorf("%s is not a plan that dorc saved", path)
	}
	if p.Format != planFormat {
		return nil, fmt.Errorf("%s is a plan of format %d; this dorc reads format %d: make a new plan", path, p.Format, planFormat)
	}
	return &p, nil
}

// reason is the error without the name of a temporary file.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
