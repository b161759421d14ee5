package run

import (
	"context"
	"errors"
	"fmt"

	"github.com/dorc-dev/dorc/pkg/local/run/python"
	"github.com/dorc-dev/dorc/pkg/local/run/rootfs"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// environment finds the Python environment for an image's files. own tells whether the image's own packages run in it;
// otherwise they are compiled for another Python or system, and the environment has the same packages for this one.
func (s *session) environment(ctx context.Context, name string, image *rootfs.Image, found files, interpreter python.Interpreter, record *record) (_ python.Environment, own bool, _ error) {
	environments := python.Environments{Folder: s.runner.cache("environments"), Interpreter: interpreter}
	subject := "Python " + interpreter.Version()
	progress := func(line string) { record.preparing(subject, line) }
	var (
		env python.Environment
		err error
	)
	compiled, packages, err := foreign(image, found, interpreter)
	if err != nil {
		return env, false, imageProblem(name, err)
	}
	differs := difference(image, found.version, interpreter)
	if compiled == "" {
		if differs != "" {
			s.sayOnce(record, differs+": the image's own files run with it, since none of their packages is compiled")
		}
		env, err = environments.Platform(ctx, progress)
	} else {
		s.sayOnce(record, fmt.Sprintf("%s: %s is compiled for the image's, so the image's %s installed for this machine's Python; these are not the image's own files",
			differs, compiled, count(len(packages))))
		env, err = environments.Packages(ctx, packages, progress)
	}
	if err != nil {
		return env, false, forFunction(name, err)
	}
	if env.Made {
		record.emit(Event{Kind: Prepared, Subject: subject})
	}
	return env, compiled == "" && found.site != "", nil
}

// foreign names a compiled file of the image's packages that an interpreter cannot load, and lists the packages. It is ""
// when there is none.
func foreign(image *rootfs.Image, found files, interpreter python.Interpreter) (compiled string, packages []python.Package, err error) {
	if found.site == "" || interpreter.Loads(found.version, image.Architecture) {
		return "", nil, nil
	}
	if compiled, err = python.Compiled(found.site); err != nil || compiled == "" {
		return "", nil, err
	}
	packages, err = python.Installed(found.site)
	return compiled, packages, err
}

// difference says how this machine's Python differs from the image's; "" when it does not.
func difference(image *rootfs.Image, version string, interpreter python.Interpreter) string {
	switch {
	case interpreter.MinorVersion() != version:
		return fmt.Sprintf("the image has Python %s; this machine has %s (%s)", version, interpreter.Version(), interpreter.Path)
	case !interpreter.Loads(version, image.Architecture):
		return fmt.Sprintf("the image's Python %s is for %s/%s; this machine's (%s) is for %s", version, image.OS, image.Architecture, interpreter.Path, interpreter.Platform)
	}
	return ""
}

func count(packages int) string {
	if packages == 1 {
		return "1 package is"
	}
	return fmt.Sprintf("%d packages are", packages)
}

// sayOnce reports a line that may concern several functions.
func (s *session) sayOnce(record *record, line string) {
	if !s.said[line] {
		s.said[line] = true
		record.preparing("python", line)
	}
}

// forFunction adds to a problem which function it is about.
func forFunction(name string, err error) error {
	var p problem.Problem
	if asProblem(err, &p) {
		p.Resource = "function " + name + ", " + p.Resource
		return p
	}
	return err
}

func asProblem(err error, p *problem.Problem) bool { return errors.As(err, p) }
