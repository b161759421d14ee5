package cli

import (
	"io"
	"sync"

	"github.com/dorc-dev/dorc/pkg/settings"
	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/pkg/ui"
)

// app is what every command shares: where it reads and writes, and the global flags.
type app struct {
	version        string
	in             io.Reader
	stdout, stderr io.Writer
	cancelled      <-chan struct{}
	// unhear ends the hearing of signals: who calls it hears them itself.
	unhear func()

	json              bool
	dir, target, repo string

	mu     sync.Mutex
	warned map[string]bool
}

func (a *app) output() ui.Output { return ui.NewOutput(a.stdout, a.stderr, a.json) }

// project loads the settings and opens what the commands work on.
func (a *app) project() (*stack.Project, error) {
	if err := a.checkDir(); err != nil {
		return nil, err
	}
	flags := map[string]string{}
	if a.target != "" {
		flags["DORC_TARGET"] = a.target
	}
	if a.repo != "" {
		flags["CONFIG_REPO_PATH"] = a.repo
	}
	s, err := settings.Load(settings.Options{WorkingDir: a.dir, Flags: flags, NoAWS: stack.HasNoAWS})
	if err != nil {
		return nil, nameFlags(err)
	}
	return stack.NewProject(s), nil
}
