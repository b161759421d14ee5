package python

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/internal/tool"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Tool resolves and downloads.
type Tool string

const (
	// UV is uv, from oldestUV on.
	UV Tool = "uv"
	// Pip is pip, under any Python 3 of this machine.
	Pip Tool = "pip"
)

// oldestUV is the first minor version of uv 0.x that knows every manylinux level
// in use here.
const oldestUV = 6

// resolver runs one tool for one set of packages.
type resolver struct {
	*Installer
	target  Target
	owner   string
	tool    Tool
	uv      string
	python  interpreter
	env     []string
	noIndex bool
	req     Requirements
	// asked are all requirements, to find the place of one.
	asked []requirement
	red   redactor
	// notAdopted says why no wheel was made of a project's release, by project.
	notAdopted map[string]error
	// work is a folder of this run alone.
	work string
}

// job is one run of the tool.
type job struct {
	group group
	// dir is the job's own folder; requirements is a file there.
	dir, requirements string
	// constraint are the arguments for the constraints, if there are any.
	constraint []string
	pre        bool
}

// failure is a run of a tool that did not succeed.
type failure struct {
	tool  Tool
	lines []string
	// log is what pip writes into its log file besides.
	log []string
	err error
}

func (f *failure) Error() string { return fmt.Sprintf("%s: %v", f.tool, f.err) }
func (f *failure) Unwrap() error { return f.err }

// choose finds uv, else pip.
func (r *resolver) choose(ctx context.Context) error {
	var why []string
	if r.Tool != Pip {
		path, err := r.findUV(ctx)
		if err == nil {
			r.tool, r.uv = UV, path
			r.python, err = r.findPython(ctx, r.target, false)
			if err != nil && ctx.Err() != nil {
				return ctx.Err()
			}
			return nil // uv can get a Python itself
		}
		why = append(why, "uv: "+err.Error())
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if r.Tool != UV {
		found, err := r.findPython(ctx, r.target, true)
		if err == nil {
			r.tool, r.python = Pip, found
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		why = append(why, "pip: "+err.Error())
	}
	return problem.Problem{
		Resource: r.owner, Summary: "there is neither uv nor pip on this machine to get Python packages with", Detail: strings.Join(why, "; "),
		Hint: fmt.Sprintf("Install uv 0.%d or newer (https://docs.astral.sh/uv), or Python 3 with pip %d or newer (Debian: apt install python3-pip).", oldestUV, oldestPip),
	}
}

var uvVersion = regexp.MustCompile(`^uv (\d+)\.(\d+)\.`)

func (r *resolver) findUV(ctx context.Context) (string, error) {
	name := r.UVPath
	if name == "" {
		name = "uv"
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", errors.New("not in PATH")
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "--version")
	tool.Own(cmd)
	out, err := cmd.Output()
	m := uvVersion.FindStringSubmatch(string(out))
	if err != nil || m == nil {
		return "", fmt.Errorf("%s does not run", path)
	}
	if minor, err := strconv.Atoi(m[2]); m[1] == "0" && (err != nil || minor < oldestUV) {
		return "", fmt.Errorf("%s is %s.%s, older than 0.%d", path, m[1], m[2], oldestUV)
	}
	return path, nil
}

// resolve runs the tool for each group and returns the wheels, by project.
func (r *resolver) resolve(ctx context.Context, p *plan) (map[string]*wheel, error) {
	all := map[string]*wheel{}
	for _, g := range p.groups {
		r.asked = append(r.asked, g.requirements...)
	}
	for i, g := range p.groups {
		j := job{group: g, dir: filepath.Join(r.work, strconv.Itoa(i)), pre: p.settings.pre}
		j.requirements = filepath.Join(j.dir, "requirements.txt")
		if err := os.Mkdir(j.dir, 0o700); err != nil {
			return all, err
		}
		if err := os.WriteFile(j.requirements, lines(g.requirements, nil), 0o600); err != nil {
			return all, err
		}
		if constraints := lines(g.constraints, all); len(constraints) > 0 {
			file := filepath.Join(j.dir, "constraints.txt")
			if err := os.WriteFile(file, constraints, 0o600); err != nil {
				return all, err
			}
			j.constraint = []string{"-c", file}
		}
		run := r.runPip
		if r.tool == UV {
			run = r.runUV
		}
		found, err := run(ctx, j)
		if err != nil {
			return all, r.explain(ctx, err, g)
		}
		for _, w := range found {
			if _, ok := all[w.project()]; ok {
				w.close()
				continue // the group before it has chosen the same version
			}
			all[w.project()] = w
		}
	}
	return all, nil
}

// lines are the requirements, and the versions that are settled.
func lines(requirements []requirement, settled map[string]*wheel) []byte {
	var b strings.Builder
	for _, q := range requirements {
		b.WriteString(q.write() + "\n")
	}
	for _, name := range sortedKeys(settled) {
		b.WriteString(name + "==" + settled[name].version + "\n")
	}
	return []byte(b.String())
}
