package stack_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/settings"
	"github.com/dorc-dev/dorc/pkg/stack"
)

// A program of one's own does what `dorc apply universal` does, with dorc's own
// programs on a config repo.
func ExampleProject() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	repo, err := filepath.Abs("../../examples/pipeline-config")
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := settings.Load(settings.Options{
		WorkingDir: dir, // its .env, and the local cloud in .dorc
		Environ:    []string{},
		Flags:      map[string]string{"CONFIG_REPO_PATH": repo},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	p := stack.NewProject(s)
	ref, err := p.Ref("universal", "", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := p.Engine(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	universal, err := p.Stack(ctx, ref, true)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := e.Apply(ctx, universal, engine.Options{Message: "from my own program"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(universal.Name, "changed:", result.HasChanges())
	// Output:
	// universal changed: true
}
