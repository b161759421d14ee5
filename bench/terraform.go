package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// terraformTool is Terraform, or OpenTofu in its place, with terraform_data: a
// resource of the tool itself that does nothing, so no provider is downloaded
// and none is waited for.
func terraformTool() *tool {
	t := &tool{name: "Terraform"}
	binary, err := exec.LookPath("terraform")
	if err != nil {
		t.name = "OpenTofu"
		binary, err = exec.LookPath("tofu")
	}
	if err != nil {
		t.name, t.absent = "Terraform or OpenTofu", "not on this machine"
		return t
	}
	t.version = terraformVersion(binary)
	t.set = func(dir string, n int) (*project, error) {
		config := fmt.Sprintf("resource \"terraform_data\" \"it\" {\n  count = %d\n  input = \"value ${count.index}\"\n}\n", n)
		if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o644); err != nil {
			return nil, err
		}
		env := environment("CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
		if _, err := timed(dir, env, time.Minute, binary, "init", "-no-color"); err != nil {
			return nil, err
		}
		return &project{phase: func(phase string, limit time.Duration) (sample, error) {
			verb := map[string]string{"apply": "apply", "no-op": "apply", "destroy": "destroy"}[phase]
			return timed(dir, env, limit, binary, verb, "-auto-approve", "-no-color")
		}}, nil
	}
	return t
}

func terraformVersion(binary string) string {
	var v struct {
		Version string `json:"terraform_version"`
	}
	out, err := exec.Command(binary, "version", "-json").Output()
	if err != nil || json.Unmarshal(out, &v) != nil {
		return "of unknown version"
	}
	return v.Version
}
