package settings_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// canary is a secret that must be in no error.
const canary = "c4n4ry-s3cr3t"

func TestProblems(t *testing.T) {
	cloud := "DORC_TARGET=cloud\nAWS_ACCOUNT=123456789012\nAWS_REGION=eu-west-2\nPULUMI_CONFIG_PASSPHRASE=" + canary + "\n"
	for _, c := range []struct {
		name, dotenv string
		environ      []string
		flags        map[string]string
		want         string
	}{
		{name: "misspelt", dotenv: "\nCONFIG_REPO_PTH=x\n", want: `.env:2: unknown variable CONFIG_REPO_PTH
  did you mean CONFIG_REPO_PATH?`},
		{name: "case", dotenv: "aws_account=1\n", want: `.env:1: unknown variable aws_account
  did you mean AWS_ACCOUNT?`},
		{name: "prefix", dotenv: "DORC_COLOUR=1\n", want: `.env:1: unknown variable DORC_COLOUR
  dorc's variables are in .env.example`},
		{name: "not a line", dotenv: "AWS_ACCOUNT=000000000000\nthis is " + canary + "\n", want: `.env:2: this is not NAME=value
  names have letters, digits and _; comments start with #`},
		{name: "open quote", dotenv: "A=1\nPULUMI_CONFIG_PASSPHRASE=\"" + canary + "\nB=2\n", want: `.env:2: a quoted value is never closed
  close it with the quote it starts with`},
		{name: "no name", dotenv: "=" + canary + "\n", want: `.env:1: a value without a name
  write NAME=value`},
		{name: "target", dotenv: "DORC_TARGET=Clout\n", want: `.env:1: DORC_TARGET is not a target
  it is "Clout"
  did you mean "cloud"?`},
		{name: "account", environ: []string{"AWS_ACCOUNT=1234"}, want: `environment variable: AWS_ACCOUNT is not an AWS account
  it is "1234"; an account has twelve digits
  the account's page in the AWS console shows it; keep leading zeros`},
		{name: "region", flags: map[string]string{"AWS_REGION": "London"}, want: `flag: AWS_REGION is not an AWS region
  it is "London"
  use a region's code, such as eu-west-2`},
		{name: "repo from default", flags: map[string]string{"CONFIG_REPO_PATH": "nowhere"}, want: `flag: CONFIG_REPO_PATH names a directory that does not exist
  ROOT/nowhere
  set CONFIG_REPO_PATH to the config repo; a relative path starts at ROOT`},
		{name: "repo is a file", dotenv: "CONFIG_REPO_PATH=.env\n", want: `.env:1: CONFIG_REPO_PATH is not a directory
  ROOT/.env
  set CONFIG_REPO_PATH to the config repo; a relative path starts at ROOT`},
		{name: "scheme", dotenv: "INFRA_BUCKET=s4://bucket?token=" + canary + "\n", want: `.env:1: INFRA_BUCKET has an unknown scheme
  its scheme is "s4"
  did you mean s3://my-bucket?`},
		{name: "no scheme", dotenv: "INFRA_BUCKET=my-bucket\n", want: `.env:1: INFRA_BUCKET is not a URL
  it has no scheme
  write s3://my-bucket or file://./.dorc/state`},
		{name: "no bucket", dotenv: "INFRA_BUCKET=s3://\n", want: `.env:1: INFRA_BUCKET names no place
  nothing stands behind "s3://"
  write s3://my-bucket`},
		{name: "credentials", dotenv: "INFRA_BUCKET=s3://key:" + canary + "@bucket\n", want: `.env:1: INFRA_BUCKET has credentials in it
  give credentials as the cloud's own tools take them; write s3://my-bucket`},
		{name: "names", dotenv: "UNIVERSAL_STACK_NAME=../universal\nINFRA_STACK_NAME=..\n", want: `.env:1: UNIVERSAL_STACK_NAME is not a plain name
  "../universal" is not a plain name; it starts with a letter or digit and has letters, digits, -, _ and . only
  use the name of a folder in the config repo, without a path
.env:2: INFRA_STACK_NAME is not a plain name
  ".." is not a plain name; it starts with a letter or digit and has letters, digits, -, _ and . only
  use the name of a folder in the config repo, without a path`},
		{name: "one name twice", dotenv: "INFRA_STACK_NAME=universal\n", want: `.env:1: INFRA_STACK_NAME is the same as UNIVERSAL_STACK_NAME
  both are "universal"
  give each instance a folder of its own`},
		{name: "endpoint", environ: []string{"AWS_ENDPOINT_URL=localhost:" + canary}, want: `environment variable: AWS_ENDPOINT_URL is not an endpoint
  an endpoint is http:// or https:// and a host, without credentials
  for an emulator on this machine: http://localhost:4566`},
		{name: "passphrase file", dotenv: "PULUMI_CONFIG_PASSPHRASE_FILE=gone\n", want: `.env:1: PULUMI_CONFIG_PASSPHRASE_FILE names a file that cannot be read
  ROOT/gone: no such file or directory
  make the file readable, or set PULUMI_CONFIG_PASSPHRASE instead`},
		{name: "cloud needs values", dotenv: "DORC_TARGET=cloud\n", want: `AWS_ACCOUNT: the cloud target needs a value
  set AWS_ACCOUNT to the account's twelve digits
AWS_REGION: the cloud target needs a value
  set AWS_REGION to a region such as eu-west-2
PULUMI_CONFIG_PASSPHRASE: the cloud target needs a value
  the cloud target keeps no secrets without a passphrase
  set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE`},
		{name: "cloud with an empty passphrase", dotenv: cloud, environ: []string{"PULUMI_CONFIG_PASSPHRASE="}, want: `environment variable: PULUMI_CONFIG_PASSPHRASE is empty
  the cloud target keeps no secrets without a passphrase
  set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE`},
		{name: "cloud with the local account", dotenv: cloud, environ: []string{"AWS_ACCOUNT=000000000000"}, want: `environment variable: AWS_ACCOUNT is the account of the local target
  it is "000000000000"
  set the account of the cloud target`},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := project(t, c.dotenv)
			_, err := settings.Load(settings.Options{WorkingDir: root, Environ: nonNil(c.environ), Flags: c.flags})
			if err == nil {
				t.Fatal("no error")
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("a secret is in the error")
			}
			if got := strings.ReplaceAll(err.Error(), root, "ROOT"); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
			var list problem.List
			var one problem.Problem
			if !errors.As(err, &list) && !errors.As(err, &one) {
				t.Errorf("%T is no problem", err)
			}
		})
	}
}

func TestForeignVariablesAreLeftAlone(t *testing.T) {
	load(t, project(t, `export AWS_PROFILE=me
AWS_ACCESS_KEY_ID=x
AWS_SECRET_ACCESS_KEY=y
AWS_DEFAULT_REGION=eu-west-1
AWS_ACCOUNT_ID=123
PULUMI_ACCESS_TOKEN=x
PULUMI_HOME=/tmp
COMPOSE_PROJECT_NAME=x
KEY="several
AWS_REGION=not a variable
lines"
`), nil, nil)
}

func TestMissingConfigRepo(t *testing.T) {
	root := t.TempDir()
	if _, err := settings.Load(settings.Options{WorkingDir: root, Environ: []string{}}); err == nil || !strings.HasPrefix(err.Error(), "default: CONFIG_REPO_PATH names a directory that does not exist") {
		t.Errorf("got %v", err)
	}
	if _, err := settings.Load(settings.Options{WorkingDir: root, Environ: []string{}, ConfigRepoOptional: true}); err != nil {
		t.Errorf("optional: %v", err)
	}
}

func TestUnreadableDotenv(t *testing.T) {
	root := project(t, "")
	// A folder with the name is no file, and is passed; it cannot be read even by root.
	if err := os.Mkdir(filepath.Join(root, ".env"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := settings.Load(settings.Options{WorkingDir: root, Environ: []string{}})
	if err == nil || !strings.HasPrefix(err.Error(), ".env: the file cannot be read") {
		t.Errorf("got %v", err)
	}
}

func TestSecretNeverPrints(t *testing.T) {
	s := load(t, project(t, "PULUMI_CONFIG_PASSPHRASE="+canary+"\n"), nil, nil)
	if s.Passphrase.Reveal() != canary {
		t.Fatalf("Reveal = %q", s.Passphrase.Reveal())
	}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		fmt.Fprintf(&out, verb+"\n", s.Passphrase)
		fmt.Fprintf(&out, verb+"\n", *s)
		fmt.Fprintf(&out, verb+"\n", []any{s.Passphrase, &s.Passphrase})
	}
	for _, v := range []any{s, s.Passphrase, map[string]any{"p": s.Passphrase}} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(data)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "s", s, "p", s.Passphrase)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "s", s, "p", s.Passphrase)
	hex := fmt.Sprintf("%x", canary)
	if got := out.String(); strings.Contains(got, canary) || strings.Contains(got, hex) {
		t.Errorf("the secret is in:\n%s", got)
	}
	if !strings.Contains(out.String(), "[secret]") {
		t.Error("nothing was redacted")
	}
}
