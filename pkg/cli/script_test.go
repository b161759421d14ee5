package cli_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dorc-dev/dorc/pkg/cli"
)

// update writes what commands print into the scripts' golden files:
// go test ./pkg/cli -run TestScripts -update
var update = flag.Bool("update", false, "update the golden files of testdata/script")

// TestMain lets a script run this test binary as the command dorc.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"dorc": func() { os.Exit(cli.Main("v0.0.0-test", os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs every script of testdata/script: each is a session of a user
// in a folder that has a copy of testdata/repo, the config repo, and a .env that
// names it. A script's own files go before those of testdata/repo.
func TestScripts(t *testing.T) {
	goEnv := goEnvironment(t)
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(append(env.Vars, goEnv...), pipEnvironment()...)
			env.Setenv("HOME", filepath.Join(env.WorkDir, ".home"))
			env.Setenv("TZ", "UTC")
			if engine := os.Getenv("DORC_TEST_DOCKER_HOST"); engine != "" {
				env.Setenv("DOCKER_HOST", engine)
			}
			env.Setenv("BASE_IMAGE", os.Getenv("DORC_TEST_BASE_IMAGE"))
			if cache, err := os.UserCacheDir(); err == nil {
				// For scripts whose packages are hundreds of megabytes: once for each machine.
				env.Setenv("SHARED_CACHE", filepath.Join(cache, "dorc-test", "cache"))
			}
			env.Setenv("REPO", repo) // for programs in Go, which need the Pulumi SDK of dorc's go.mod
			env.Values[googles{}] = &googles{}
			return addMissing(env.WorkDir)
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "pypi":
				return pythonIndex(), nil
			case "containers":
				return os.Getenv("DORC_TEST_DOCKER_HOST") != "" && os.Getenv("DORC_TEST_BASE_IMAGE") != "", nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"deployed":  deployed,
			"refused":   refused,
			"tampered":  tampered,
			"exits":     exits,
			"google":    google,
			"interrupt": interrupt,
			"killed":    killed,
			"jsonlines": jsonLines,
			"lease":     holdLease,
			"nowhere":   nowhere,
			"replace":   replace,
			"storage":   storage,
			"chop":      chop,
		},
	})
}

// addMissing gives the session the config repo and a .env, but for what the
// script has of its own.
func addMissing(work string) error {
	if err := copyMissing("testdata/repo", filepath.Join(work, "pipeline-config")); err != nil {
		return err
	}
	return writeMissing(filepath.Join(work, ".env"), []byte("CONFIG_REPO_PATH=pipeline-config\n"))
}

func copyMissing(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return writeMissing(filepath.Join(to, strings.TrimPrefix(path, from)), data)
	})
}

func writeMissing(path string, data []byte) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}

// goEnvironment lets scripts build Go programs with this machine's caches,
// although they have a HOME of their own.
func goEnvironment(t *testing.T) []string {
	t.Helper()
	names := []string{"GOCACHE", "GOMODCACHE", "GOFLAGS", "GOPROXY", "GOTOOLCHAIN", "GOROOT"}
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatalf("go env: %v", err)
	}
	values := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	vars := make([]string, len(names))
	for i, name := range names {
		vars[i] = name + "=" + values[i]
	}
	return vars
}

// pipEnvironment is what tells pip where its index is, if it is not the usual one.
func pipEnvironment() []string {
	var vars []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "PIP_") || strings.HasSuffix(strings.ToUpper(name), "_PROXY") || name == "SSL_CERT_FILE" {
			vars = append(vars, kv)
		}
	}
	return vars
}

// pythonIndex says whether pip finds what a Python environment needs.
func pythonIndex() bool {
	cmd := exec.Command("python3", "-m", "pip", "index", "versions", "awslambdaric")
	cmd.Env = append(os.Environ(), "HOME=/none")
	return cmd.Run() == nil
}
