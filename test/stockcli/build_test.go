package stockcli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	engineModule = "github.com/pulumi/pulumi/pkg/v3"
	awsModule    = "github.com/pulumi/pulumi-aws/sdk/v6"
)

// built are the programs under test.
var built struct {
	// pulumi is the real CLI, dorc is dorc, plugin serves dorc's local providers,
	// language runs Go programs for the CLI.
	pulumi, dorc, plugin, language string
	// root is the folder of bin/pulumi, as an installation of the CLI has it.
	root string
	// version is the CLI's version, as v3.256.0; aws that of the AWS SDK.
	version, aws string
	// noCLI says why the CLI could not be built; the tests are skipped then.
	noCLI string
}

func TestMain(m *testing.M) {
	dir, err := binaries()
	if err == nil {
		err = build(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "building what is tested:", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// binaries is a folder that stays, so that Go only links what has changed; each
// checkout has its own.
func binaries() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	sum := sha256.Sum256([]byte(here))
	dir := filepath.Join(cache, "dorc-stockcli", hex.EncodeToString(sum[:6]))
	return dir, os.MkdirAll(dir, 0o700)
}

func build(dir string) error {
	built.root = dir
	built.pulumi, built.language = filepath.Join(dir, "bin", "pulumi"), filepath.Join(dir, "bin", "pulumi-language-go")
	built.dorc, built.plugin = filepath.Join(dir, "dorc"), filepath.Join(dir, "plugin")
	var err error
	if built.version, err = goTool(".", "list", "-m", "-f", "{{.Version}}", engineModule); err != nil {
		return err
	}
	if built.aws, err = goTool(".", "list", "-m", "-f", "{{.Version}}", awsModule); err != nil {
		return err
	}
	if _, err := goTool("../..", "build", "-o", built.dorc, "./cmd/dorc"); err != nil {
		return err
	}
	for binary, source := range map[string]string{built.plugin: "./pulumi-resource-local", built.language: "./pulumi-language-go"} {
		if _, err := goTool(".", "build", "-o", binary, source); err != nil {
			return err
		}
	}
	// The CLI does not start without a version, which its release scripts set like this.
	flags := "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=" + built.version
	if _, err := goTool(".", "build", "-ldflags", flags, "-o", built.pulumi, engineModule+"/cmd/pulumi"); err != nil {
		// A machine may be without the CLI's modules; this module must name them all.
		if strings.Contains(err.Error(), "missing go.sum entry") || strings.Contains(err.Error(), "updates to go.mod needed") {
			return err
		}
		built.noCLI = err.Error()
	}
	return nil
}

// goTool runs a go command in a folder and returns what it prints.
func goTool(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s in %s: %w\n%s", strings.Join(args, " "), dir, err, stderr.String())
	}
	return strings.TrimSpace(string(out)), nil
}
