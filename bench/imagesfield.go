package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// field is what images are measured on: a base image in a registry of its own, as
// if it were elsewhere, and a container engine where the machine has one.
type field struct {
	dir string
	// base is the reference of the base image; baseIs and registryIs say what they are.
	base, baseIs, registryIs string
	// docker is nil when Docker is not measured; why says why.
	docker *dockerCLI
	why    string

	closing sync.Once
	closers []func()
}

const containersScript = "scripts/containers.sh"

// openField starts what it can. A signal stops all of it: an engine must not stay.
func openField(dir string) (*field, error) {
	f := &field{dir: dir}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		f.close()
		_ = os.RemoveAll(filepath.Dir(dir))
		os.Exit(130)
	}()
	if err := f.open(); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *field) close() {
	f.closing.Do(func() {
		for i := len(f.closers) - 1; i >= 0; i-- {
			f.closers[i]()
		}
	})
}

func (f *field) open() error {
	variables, err := f.containers()
	if err != nil {
		return err
	}
	if f.base = variables["DORC_TEST_BASE_IMAGE"]; f.base != "" {
		f.baseIs = "that of `scripts/containers.sh` with Python in `/var/lang`"
		f.docker, f.why = findDocker(f.dir, variables["DORC_TEST_DOCKER_HOST"])
	} else {
		f.why = "`scripts/containers.sh` cannot start a container engine on this machine"
		if err := f.makeBase(); err != nil {
			return err
		}
	}
	_, f.registryIs = registryProgram()
	return nil
}

// containers starts the engine of the container tests; it returns nothing, and
// that is no error, when the machine cannot have one. The script says why.
func (f *field) containers() (map[string]string, error) {
	dir := filepath.Join(f.dir, "c") // short, as it has a socket
	f.closers = append(f.closers, func() {
		down := exec.Command(containersScript, "down", dir)
		down.Stderr = os.Stderr
		if err := down.Run(); err != nil {
			fmt.Fprintf(os.Stderr, "bench: stopping the containers in %s: %v\n", dir, err)
		}
	})
	up := exec.Command(containersScript, "up", dir)
	up.Stderr = os.Stderr
	// A group of its own: a signal of the terminal is for the bench, which then stops it.
	up.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := up.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, fmt.Errorf("%s: %w: run the bench in the folder of dorc's sources", containersScript, err)
	}
	variables := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if key, value, found := strings.Cut(strings.TrimSpace(line), "="); found {
			variables[key] = value
		}
	}
	return variables, nil
}

// makeBase pushes an image as large as a base that runs nothing: dorc runs no code
// of a base while it builds.
func (f *field) makeBase() error {
	address, stop, err := startRegistry(filepath.Join(f.dir, "bases"))
	if err != nil {
		return err
	}
	f.closers = append(f.closers, stop)
	f.base, f.baseIs = address+"/lambda/python:3.12", "50 MB of random bytes that are called Python 3.12"
	made, err := random.Image(50e6, 1)
	if err != nil {
		return err
	}
	config, err := made.ConfigFile()
	if err != nil {
		return err
	}
	config.OS, config.Architecture = "linux", "amd64"
	if made, err = mutate.ConfigFile(made, config); err != nil {
		return err
	}
	reference, err := name.ParseReference(f.base, name.Insecure)
	if err != nil {
		return err
	}
	return remote.Write(reference, made)
}
