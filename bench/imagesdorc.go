package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// standIn is the registry's host in the state of the local target.
const standIn = "000000000000.dkr.ecr.eu-west-2.amazonaws.com"

// workspace is a folder in which dorc works on a config repo. The universal
// instance is applied on the local target; its state then says of the cloud's
// repositories that they are in our registry, so that push needs no AWS.
type workspace struct {
	dorc, dir, repo string
	limit           time.Duration
	state           []byte // as the local target left it
}

func newWorkspace(o options, dir, repo string) (*workspace, error) {
	ws := &workspace{dorc: o.dorc, dir: dir, repo: repo, limit: o.cap}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if _, err := timed(dir, ws.local(), ws.limit, ws.dorc, "apply", "universal"); err != nil {
		return nil, err
	}
	var err error
	if ws.state, err = os.ReadFile(ws.statePath()); err == nil && !bytes.Contains(ws.state, []byte(standIn)) {
		err = fmt.Errorf("%s has no repository of %s", ws.statePath(), standIn)
	}
	return ws, err
}

func (ws *workspace) statePath() string {
	return filepath.Join(ws.dir, ".dorc/state/.pulumi/stacks/Pipelines/universal.json")
}

func (ws *workspace) cache() string { return filepath.Join(ws.dir, "cache") }

// aim makes a registry the one of the repositories.
func (ws *workspace) aim(registry string) error {
	return os.WriteFile(ws.statePath(), bytes.ReplaceAll(ws.state, []byte(standIn), []byte(registry)), 0o644)
}

// local is the environment for the local target: also the settings of indexes,
// without which no package may come.
func (ws *workspace) local() []string {
	env := environment("CONFIG_REPO_PATH="+ws.repo, "DORC_CACHE_DIR="+ws.cache(), "DOCKER_CONFIG="+filepath.Join(ws.dir, "docker"))
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "PIP_") || strings.HasPrefix(name, "UV_") || strings.HasSuffix(strings.ToLower(name), "_proxy") {
			env = append(env, entry)
		}
	}
	return env
}

func (ws *workspace) cloud() []string {
	return append(ws.local(), "DORC_TARGET=cloud", "AWS_ACCOUNT=123456789012", "AWS_REGION=eu-west-2", "PULUMI_CONFIG_PASSPHRASE=bench")
}

// push pushes the images that the registry lacks.
func (ws *workspace) push(more ...string) (sample, error) {
	return timed(ws.dir, ws.cloud(), ws.limit, ws.dorc, append([]string{"image", "push", "--env", "prod"}, more...)...)
}

// lock locks the base image, as a user who commits the lock file has it.
func (ws *workspace) lock() error {
	_, err := timed(ws.dir, ws.cloud(), ws.limit, ws.dorc, "image", "lock")
	return err
}

// said is what dorc image prints, and what it does meanwhile.
func (ws *workspace) said(args ...string) (stdout []byte, stderr string, err error) {
	cmd := exec.Command(ws.dorc, append(append([]string{"image"}, args...), "--env", "prod")...)
	var progress strings.Builder
	cmd.Dir, cmd.Env, cmd.Stderr = ws.dir, ws.cloud(), &progress
	if stdout, err = cmd.Output(); err != nil {
		err = fmt.Errorf("dorc image %v: %w\n%s", args, err, progress.String())
	}
	return stdout, progress.String(), err
}

// imageFact is a line of dorc image ls or inspect with --json.
type imageFact struct {
	Repository, Tag string
	Layers          []struct{ Digest, CreatedBy string }
}

// facts are what a command says of images.
func (ws *workspace) facts(command string) (facts []imageFact, err error) {
	out, _, err := ws.said(command, "--json")
	if err != nil {
		return nil, err
	}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var fact imageFact
		if err := decoder.Decode(&fact); errors.Is(err, io.EOF) {
			return facts, nil
		} else if err != nil {
			return nil, err
		}
		facts = append(facts, fact)
	}
}
