package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dorc-dev/dorc/pkg/config"
)

const edited = `# The universal stack of the example.

config:
  # The prefix of every cloud name.
  project: ExampleDorc   # not to be changed

  tags:
    # who pays
    team: data # the team

    stage: "1"

  aws:region: eu-west-2
# the end
`

// TestSetKeepsLayout holds that nothing changes but the lines of the key.
func TestSetKeepsLayout(t *testing.T) {
	for _, c := range []struct {
		name, text, key, value string
		keys                   config.Keys
		old, new               string // the change; the rest stays
	}{
		{name: "a value", text: edited, key: "project", value: "Other", keys: config.UniversalKeys,
			old: "  project: ExampleDorc   # not", new: "  project: Other # not"},
		{name: "a value with its namespace", text: edited, key: "Pipelines:project", value: "Other", keys: config.UniversalKeys,
			old: "  project: ExampleDorc   # not", new: "  project: Other # not"},
		{name: "a nested value", text: edited, key: "tags.team", value: "5", keys: config.UniversalKeys,
			old: "    team: data # the team\n\n    stage", new: "    team: \"5\" # the team\n    stage"},
		{name: "a new nested value", text: edited, key: `tags["cost.centre"]`, value: "x", keys: config.UniversalKeys,
			old: "the team\n\n    stage: \"1\"\n", new: "the team\n    stage: \"1\"\n    cost.centre: x\n"},
		{name: "a new key", text: edited, key: "region", value: "eu-west-1", keys: config.UniversalKeys,
			old: "  aws:region: eu-west-2\n", new: "  aws:region: eu-west-2\n  region: eu-west-1\n"},
		{name: "another namespace", text: edited, key: "aws:region", value: "eu-west-1", keys: config.UniversalKeys,
			old: "  aws:region: eu-west-2\n", new: "  aws:region: eu-west-1\n"},
		{name: "another namespace's new key", text: edited, key: "gcp:project", value: "p", keys: config.UniversalKeys,
			old: "eu-west-2\n", new: "eu-west-2\n  gcp:project: p\n"},
		{name: "into nothing", key: "environment", value: "prod", keys: config.EnvironmentKeys, new: "config:\n  environment: prod\n"},
		{name: "into comments", text: "# only\n", key: "environment", value: "prod", keys: config.EnvironmentKeys, old: "only\n", new: "only\nconfig:\n  environment: prod\n"},
		{name: "into an empty config", text: "config:\n\n# behind\n", key: "environment", value: "prod", keys: config.EnvironmentKeys, old: "config:\n", new: "config:\n  environment: prod\n"},
		{name: "a list", text: "config:\n  environment: prod\n", key: "data_buckets", value: "[raw, {name: p, force_destroy: true}]", keys: config.EnvironmentKeys,
			old: "prod\n", new: "prod\n  data_buckets:\n    - raw\n    - force_destroy: true\n      name: p\n"},
		{name: "an item of a list", text: "config:\n  data_buckets:\n  - raw # first\n  - name: p\n  environment: prod\n", key: "data_buckets[1].force_destroy", value: "true", keys: config.EnvironmentKeys,
			old: "  data_buckets:\n  - raw # first\n  - name: p\n", new: "  data_buckets:\n    - raw # first\n    - name: p\n      force_destroy: true\n"},
		{name: "one more item", text: "config:\n  data_buckets: [raw]\n", key: "data_buckets[1]", value: "processed", keys: config.EnvironmentKeys, old: "[raw]", new: "[raw, processed]"},
		{name: "a number", text: "config:\n  environment: prod\n", key: "log_retention_days", value: "7", keys: config.EnvironmentKeys, old: "prod\n", new: "prod\n  log_retention_days: 7\n"},
		{name: "a flow mapping", text: "config: {environment: prod} # one line\n", key: "log_retention_days", value: "7", keys: config.EnvironmentKeys, old: "prod}", new: "prod, log_retention_days: 7}"},
		{name: "no line break at the end", text: "config:\n  environment: prod", key: "environment", value: "prod", keys: config.EnvironmentKeys, old: "prod", new: "prod\n"},
		{name: "Windows line breaks", text: "config:\r\n  environment: x\r\n  # c\r\n", key: "environment", value: "prod", keys: config.EnvironmentKeys, old: "x", new: "prod"},
		{name: "a literal text stays one", text: "config:\n  a: |\n    one\n    # two\n\n    three\n\n  b: c\n", key: "a", value: "x", old: "|\n    one\n    # two\n\n    three\n", new: "|-\n    x\n"},
		{name: "a program's text stays a text", text: "config:\n  a: b\n", key: "code", value: "012", old: "b\n", new: "b\n  code: \"012\"\n"},
		{name: "a program's nested number", text: "config:\n  a: b\n", key: "c.m[0]", value: "12", old: "b\n", new: "b\n  c:\n    m:\n      - 12\n"},
		{name: "an alias is written out", text: "config:\n  a: &x {b: c}\n  d: *x\n", key: "d.b", value: "e", old: "d: *x\n", new: "d:\n    b: e\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "Pulumi.x.yaml")
			want := c.new
			if c.text != "" {
				write(t, path, c.text)
				want = strings.Replace(c.text, c.old, c.new, 1)
			}
			if err := config.Set(path, c.key, c.value, config.SetOptions{Keys: c.keys, Environment: "prod"}); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// TestSetRefuses holds that a refused value leaves the file as it was.
func TestSetRefuses(t *testing.T) {
	for _, c := range []struct {
		name, key, value string
		opts             config.SetOptions
		want             string
	}{
		{name: "unknown key", key: "projcet", value: "x", opts: config.SetOptions{Keys: config.UniversalKeys}, want: "did you mean project?"},
		{name: "bad value", key: "region", value: "London", opts: config.SetOptions{Keys: config.UniversalKeys}, want: "not an AWS region"},
		{name: "wrong type", key: "tags", value: "[a]", opts: config.SetOptions{Keys: config.UniversalKeys}, want: "tags is not a mapping"},
		{name: "not YAML", key: "tags", value: "{" + canary, opts: config.SetOptions{Keys: config.UniversalKeys}, want: "the value is not YAML"},
		{name: "below a text", key: "tags.team.x", value: "y", opts: config.SetOptions{Keys: config.UniversalKeys}, want: "cannot be changed at"},
		{name: "far index", key: "tags.x[5000]", value: "y", want: "indexes are 0 to 999"},
		{name: "negative index", key: "n[-5]", value: "y", want: "not a configuration key"},
		{name: "no key", key: "", value: "y", want: "not a configuration key"},
		{name: "colons", key: "a:b:c", value: "y", want: "not a configuration key"},
		{name: "only a namespace", key: "aws:", value: "y", want: "not a configuration key"},
		{name: "open bracket", key: "a[", value: "y", want: "not a configuration key"},
		{name: "reserved", key: "s.secure", value: canary, want: "cannot be changed at"},
		{name: "secret without passphrase", key: "s", value: canary, opts: config.SetOptions{Secret: true}, want: "secrets need a passphrase"},
		{name: "secret of dorc's own", key: "region", value: canary, opts: config.SetOptions{Secret: true, Keys: config.UniversalKeys, Keyring: ring("x")}, want: "region cannot be a secret"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := file(t, "Pulumi.universal.yaml", edited)
			err := config.Set(path, c.key, c.value, c.opts)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), canary) {
				t.Error("the value is in the error")
			}
			got, readErr := os.ReadFile(path)
			if readErr != nil || string(got) != edited {
				t.Errorf("the file changed: %v\n%s", readErr, got)
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".Pulumi-*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	path := filepath.Join(t.TempDir(), "gone", "Pulumi.prod.yaml")
	if err := config.Set(path, "environment", "prod", config.SetOptions{}); err == nil || !strings.Contains(err.Error(), "its folder does not exist") {
		t.Errorf("no folder: %v", err)
	}
}

func TestSetKeepsModeAndFollowsLinks(t *testing.T) {
	path := file(t, "real.yaml", "config:\n  a: b\n")
	link := filepath.Join(filepath.Dir(path), "Pulumi.x.yaml")
	if err := os.Symlink("real.yaml", link); err != nil {
		t.Skip(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := config.Set(link, "a", "c", config.SetOptions{}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(path)
	if err != nil || info.Mode() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "config:\n  a: c\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestGetAndList(t *testing.T) {
	path := file(t, "Pulumi.universal.yaml", edited)
	for key, want := range map[string]config.Entry{
		"project":           {Key: "project", Value: "ExampleDorc"},
		"Pipelines:project": {Key: "project", Value: "ExampleDorc"},
		"aws:region":        {Key: "aws:region", Value: "eu-west-2"},
		"tags.stage":        {Key: "tags.stage", Value: "1"},
		"tags":              {Key: "tags", Value: `{"stage":"1","team":"data"}`, Object: true},
	} {
		got, err := config.Get(path, key, config.ReadOptions{})
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", key, got, err)
		}
	}
	for key, want := range map[string]string{
		"projekt":   "did you mean project?",
		"tags.none": `no value for key "tags.none"`,
		"none.x":    "no value for key",
		"[0]":       "not a configuration key",
	} {
		if _, err := config.Get(path, key, config.ReadOptions{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", key, err)
		}
	}
	entries, err := config.List(path, config.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, e := range entries {
		keys = append(keys, e.Key)
	}
	if got := strings.Join(keys, " "); got != "project tags aws:region" {
		t.Errorf("keys %s", got)
	}
	if entries, err := config.List(filepath.Join(t.TempDir(), "none.yaml"), config.ReadOptions{}); err != nil || len(entries) != 0 {
		t.Errorf("a missing file: %v, %v", entries, err)
	}
}
