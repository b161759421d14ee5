package python

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Trial is a set of requirements that may or may not go together.
type Trial struct {
	// Requirements are lines as of a requirements file, without options.
	Requirements []string
	// Sources are packages without wheels. They are left out, so that no code of a
	// package runs.
	Sources []string
	// Target needs no more than Version and Platform, and Glibc.
	Target Target
}

// Unresolved is a set of requirements that does not go together.
type Unresolved struct {
	// Summary and Detail say why; Detail has the tool's own words.
	Summary, Detail string
	// Conflict tells that requirements exclude each other. Else one asks for what
	// does not exist, or not for the target.
	Conflict bool
}

func (u *Unresolved) Error() string { return u.Summary + ": " + u.Detail }

// Untried says why a trial could not be made: there is no tool, or no index in reach.
type Untried struct{ Summary, Detail, Hint string }

func (u *Untried) Error() string { return u.Summary + ": " + u.Detail }

// Try asks uv whether requirements go together, and installs nothing. (pip would fetch
// the packages to know what they need.) The error is an *Unresolved, an *Untried, or the
// context's.
func (in *Installer) Try(ctx context.Context, owner string, t Trial) error {
	for _, line := range t.Requirements {
		if _, err := parseRequirement(line); err != nil || strings.HasPrefix(line, "-") {
			return fmt.Errorf("the requirement %q: %w", line, errors.Join(err, errors.New("it is none")))
		}
	}
	work, err := os.MkdirTemp("", "dorc-try-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	r := &resolver{Installer: in, target: t.Target, owner: owner, work: work, tool: UV}
	if r.uv, err = r.findUV(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &Untried{Summary: "there is no uv on this machine", Detail: "uv: " + err.Error(), Hint: fmt.Sprintf("Install uv 0.%d or newer (https://docs.astral.sh/uv).", oldestUV)}
	}
	r.environment(ctx, &plan{})
	j := job{dir: work, requirements: filepath.Join(work, "requirements.txt")}
	if err := os.WriteFile(j.requirements, []byte(strings.Join(t.Requirements, "\n")+"\n"), 0o600); err != nil {
		return err
	}
	argv, err := r.trying(j, t)
	if err != nil {
		return err
	}
	said, err := r.run(ctx, j, append(r.env, "UV_NO_WRAP=1", "TMPDIR="+work, "UV_CACHE_DIR="+filepath.Join(in.folder(), "uv")), argv)
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	s := &saying{failure: &failure{tool: r.tool, lines: said, err: err}, text: strings.Join(said, "\n"), target: t.Target}
	k := s.known()
	switch {
	case k.machine || k.index || k.project == "" && !k.conflict:
		return &Untried{Summary: k.summary, Detail: k.detail, Hint: k.hint}
	default:
		return &Unresolved{Summary: k.summary, Detail: k.detail, Conflict: k.conflict}
	}
}

// trying is the command that resolves and installs nothing.
func (r *resolver) trying(j job, t Trial) ([]string, error) {
	var without strings.Builder
	for _, name := range t.Sources {
		without.WriteString(name + " ; sys_platform == 'none'\n")
	}
	left := filepath.Join(j.dir, "left-out.txt")
	if err := os.WriteFile(left, []byte(without.String()), 0o600); err != nil {
		return nil, err
	}
	// uv looks for its settings upwards from the working folder and stops at the first file.
	if err := os.WriteFile(filepath.Join(j.dir, "uv.toml"), nil, 0o600); err != nil {
		return nil, err
	}
	return []string{r.uv, "pip", "compile", "--quiet", "--no-progress", "--color=never", "--only-binary=:all:", "--override=" + left,
		"--python-version=" + t.Target.full(), "--python-platform=" + t.Target.uvPlatform(), "--output-file=" + filepath.Join(j.dir, "resolved.txt"), j.requirements}, nil
}
