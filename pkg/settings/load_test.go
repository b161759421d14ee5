package settings_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dorc-dev/dorc/pkg/settings"
)

// project makes a folder of dorc with a config repo and a .env, "" for none.
func project(t *testing.T, dotenv string) string {
	t.Helper()
	root := t.TempDir()
	for _, dir := range []string{"examples/pipeline-config", "other repo", ".git"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if dotenv != "" {
		write(t, filepath.Join(root, ".env"), dotenv)
	}
	return root
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, root string, environ []string, flags map[string]string) *settings.Settings {
	t.Helper()
	s, err := settings.Load(settings.Options{WorkingDir: root, Environ: nonNil(environ), Flags: flags})
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return s
}

// nonNil keeps the test process's own environment out.
func nonNil(environ []string) []string { return append([]string{}, environ...) }

func TestDefaults(t *testing.T) {
	root := project(t, "")
	s := load(t, root, nil, nil)
	for what, pair := range map[string][2]string{
		"Root":               {s.Root, root},
		"AWSAccount":         {s.AWSAccount, "000000000000"},
		"AWSRegion":          {s.AWSRegion, "eu-west-2"},
		"ConfigRepoPath":     {s.ConfigRepoPath, filepath.Join(root, "examples/pipeline-config")},
		"InfraBucket":        {s.InfraBucket, "file://" + root + "/.dorc/state"},
		"UniversalStackName": {s.UniversalStackName, "universal"},
		"InfraStackName":     {s.InfraStackName, "infra"},
		"Target":             {string(s.Target), "local"},
		"AWSEndpointURL":     {s.AWSEndpointURL, ""},
		"LocalDir":           {s.LocalDir, filepath.Join(root, ".dorc")},
		"Passphrase":         {s.Passphrase.Reveal(), ""},
		"Source":             {s.Source("AWS_REGION"), "default"},
		"UniversalConfig":    {s.Relative(s.UniversalConfigPath()), "examples/pipeline-config/universal/Pulumi.universal.yaml"},
		"EnvironmentConfig":  {s.Relative(s.EnvironmentConfigPath("prod")), "examples/pipeline-config/infra/Pulumi.prod.yaml"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s = %q, want %q", what, pair[0], pair[1])
		}
	}
	if s.PassphraseSet {
		t.Error("PassphraseSet without a source")
	}
}

func TestPrecedence(t *testing.T) {
	dotenv := "# comment\nAWS_REGION=eu-west-1\n"
	for _, c := range []struct {
		name, dotenv     string
		environ          []string
		flags            map[string]string
		want, wantSource string
	}{
		{name: "default", want: "eu-west-2", wantSource: "default"},
		{name: ".env", dotenv: dotenv, want: "eu-west-1", wantSource: ".env:2"},
		{name: "environment", dotenv: dotenv, environ: []string{"AWS_REGION=us-east-1"}, want: "us-east-1", wantSource: "environment variable"},
		{name: "flag", dotenv: dotenv, environ: []string{"AWS_REGION=us-east-1"}, flags: map[string]string{"AWS_REGION": "us-west-2"}, want: "us-west-2", wantSource: "flag"},
		{name: "empty flag and variable", dotenv: dotenv, environ: []string{"AWS_REGION="}, flags: map[string]string{"AWS_REGION": ""}, want: "eu-west-1", wantSource: ".env:2"},
		{name: "empty .env", dotenv: "AWS_REGION=\n", want: "eu-west-2", wantSource: "default"},
		{name: "case of other names", environ: []string{"aws_region=us-east-1"}, want: "eu-west-2", wantSource: "default"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := load(t, project(t, c.dotenv), c.environ, c.flags)
			if s.AWSRegion != c.want || s.Source("AWS_REGION") != c.wantSource {
				t.Errorf("got %s from %s, want %s from %s", s.AWSRegion, s.Source("AWS_REGION"), c.want, c.wantSource)
			}
		})
	}
}

func TestPassphraseSources(t *testing.T) {
	for _, c := range []struct {
		name, dotenv string
		environ      []string
		want         string
		wantSet      bool
		wantSource   string
	}{
		{name: "none", wantSource: "default"},
		{name: "empty line", dotenv: "PULUMI_CONFIG_PASSPHRASE=\n", wantSet: true, wantSource: ".env:1"},
		{name: "line", dotenv: "PULUMI_CONFIG_PASSPHRASE='a $b #c'\n", want: "a $b #c", wantSet: true, wantSource: ".env:1"},
		{name: "file in .env", dotenv: "PULUMI_CONFIG_PASSPHRASE=\nPULUMI_CONFIG_PASSPHRASE_FILE=phrase\n", want: "from file", wantSet: true, wantSource: ".env:2"},
		{name: "line before file", dotenv: "PULUMI_CONFIG_PASSPHRASE_FILE=phrase\nPULUMI_CONFIG_PASSPHRASE=x\n", want: "x", wantSet: true, wantSource: ".env:2"},
		{name: "variable", dotenv: "PULUMI_CONFIG_PASSPHRASE=x\n", environ: []string{"PULUMI_CONFIG_PASSPHRASE=y"}, want: "y", wantSet: true, wantSource: "environment variable"},
		{name: "empty variable", dotenv: "PULUMI_CONFIG_PASSPHRASE=x\n", environ: []string{"PULUMI_CONFIG_PASSPHRASE="}, wantSet: true, wantSource: "environment variable"},
		{name: "empty variable before file", environ: []string{"PULUMI_CONFIG_PASSPHRASE=", "PULUMI_CONFIG_PASSPHRASE_FILE=phrase"}, wantSet: true, wantSource: "environment variable"},
		{name: "file variable", dotenv: "PULUMI_CONFIG_PASSPHRASE=x\n", environ: []string{"PULUMI_CONFIG_PASSPHRASE_FILE=phrase"}, want: "from file", wantSet: true, wantSource: "environment variable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := project(t, c.dotenv)
			write(t, filepath.Join(root, "phrase"), "  from file\n")
			s := load(t, root, c.environ, nil)
			if s.Passphrase.Reveal() != c.want || s.PassphraseSet != c.wantSet || s.Source("PULUMI_CONFIG_PASSPHRASE") != c.wantSource {
				t.Errorf("got %q, %v from %s", s.Passphrase.Reveal(), s.PassphraseSet, s.Source("PULUMI_CONFIG_PASSPHRASE"))
			}
		})
	}
}

func TestInfraBucket(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Skip("no home folder")
	}
	root := project(t, "")
	for value, want := range map[string]string{
		"file://./.dorc/state":          "file://" + root + "/.dorc/state",
		"file://state?no_tmp_dir=false": "file://" + root + "/state?no_tmp_dir=false",
		"file:///var/lib/dorc/../state": "file:///var/lib/state",
		"file://~/state":                "file://" + home + "/state",
		"file://../shared":              "file://" + filepath.Dir(root) + "/shared",
		"s3://bucket/prefix":            "s3://bucket/prefix",
		"s3://bucket?region=eu-west-2":  "s3://bucket?region=eu-west-2",
		"gs://bucket":                   "gs://bucket",
		"azblob://container":            "azblob://container",
	} {
		if s := load(t, root, []string{"INFRA_BUCKET=" + value}, nil); s.InfraBucket != want {
			t.Errorf("%s became %s, want %s", value, s.InfraBucket, want)
		}
	}
}

func TestRootIsFoundFromBelow(t *testing.T) {
	for _, c := range []struct {
		name  string
		files []string
		from  string
		want  string
	}{
		{name: ".env above", files: []string{"dorc/.env"}, from: "dorc/pkg/deep", want: "dorc"},
		{name: ".env.example above", files: []string{"dorc/.env.example"}, from: "dorc/pkg", want: "dorc"},
		{name: "Pulumi.yaml of a program is passed", files: []string{"dorc/.env.example", "dorc/repo/universal/Pulumi.yaml"}, from: "dorc/repo/universal", want: "dorc"},
		{name: "Pulumi.yaml alone", files: []string{"dorc/Pulumi.yaml"}, from: "dorc/pkg", want: "dorc"},
		{name: "not beyond the repository", files: []string{".env", "dorc/.git/HEAD"}, from: "dorc/pkg", want: "dorc/pkg"},
		{name: "nothing", from: "dorc/pkg", want: "dorc/pkg"},
	} {
		t.Run(c.name, func(t *testing.T) {
			top := t.TempDir()
			for _, f := range c.files {
				path := filepath.Join(top, f)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				write(t, path, "")
			}
			from := filepath.Join(top, c.from)
			if err := os.MkdirAll(from, 0o755); err != nil {
				t.Fatal(err)
			}
			s, err := settings.Load(settings.Options{WorkingDir: from, Environ: []string{}, ConfigRepoOptional: true})
			if err != nil {
				t.Fatal(err)
			}
			if want := filepath.Join(top, c.want); s.Root != want {
				t.Errorf("Root = %s, want %s", s.Root, want)
			}
		})
	}
}

func TestUnknownFlagIsOurMistake(t *testing.T) {
	_, err := settings.Load(settings.Options{WorkingDir: project(t, ""), Environ: []string{}, Flags: map[string]string{"AWS_REGON": "x"}})
	if err == nil || !strings.Contains(err.Error(), "AWS_REGON") {
		t.Errorf("got %v", err)
	}
}

func TestProcessEnvironmentIsTheDefault(t *testing.T) {
	t.Setenv("AWS_REGION", "us-east-2")
	t.Setenv("AWS_ACCOUNT", "")
	root := project(t, "")
	s, err := settings.Load(settings.Options{WorkingDir: root, ConfigRepoOptional: true})
	if err != nil {
		t.Fatal(err)
	}
	if s.AWSRegion != "us-east-2" {
		t.Errorf("AWSRegion = %s", s.AWSRegion)
	}
}
