package config_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/pkg/v3/secrets/b64"
	"github.com/pulumi/pulumi/pkg/v3/secrets/passphrase"
	pulumiconfig "github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/settings"
)

func ring(passphrase string) config.Keyring {
	return config.Keyring{Passphrase: settings.NewSecret(passphrase)}
}

// TestSecrets walks a secret from set to a program's value.
func TestSecrets(t *testing.T) {
	path := file(t, "Pulumi.universal.yaml", "# mine\nconfig:\n  project: a # b\n")
	set := config.SetOptions{Secret: true, Keyring: ring("phrase"), Keys: config.UniversalKeys}
	for key, value := range map[string]string{"aws:secretKey": canary, "aws:assumeRole.externalId": canary + "2"} {
		if err := config.Set(path, key, value, set); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# mine\nconfig:\n  project: a # b\n", "  aws:secretKey:\n    secure: v1:", "\nencryptionsalt: v1:"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	if strings.Count(string(text), "encryptionsalt") != 1 || strings.Contains(string(text), canary) {
		t.Errorf("in clear, or a second salt:\n%s", text)
	}
	if _, err := config.LoadUniversal(path); err != nil {
		t.Errorf("LoadUniversal: %v", err)
	}

	entries, err := config.List(path, config.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.Contains(e.Value, canary) || e.Secret != strings.HasPrefix(e.Key, "aws:") || e.Secret && !strings.Contains(e.Value, "[secret]") {
			t.Errorf("%+v", e)
		}
	}
	revealed, err := config.Get(path, "aws:assumeRole.externalId", config.ReadOptions{Reveal: true, Keyring: ring("phrase")})
	if err != nil || revealed.Value != canary+"2" || !revealed.Secret {
		t.Errorf("Get: %+v, %v", revealed, err)
	}

	s, err := config.LoadStack(path)
	if err != nil {
		t.Fatal(err)
	}
	decrypter, err := ring("phrase").Decrypter(s)
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Config.Decrypt(decrypter)
	if err != nil {
		t.Fatal(err)
	}
	if got := values[pulumiconfig.MustMakeKey("aws", "secretKey")]; got != canary {
		t.Errorf("a program gets %q", got)
	}
	if got := values[pulumiconfig.MustMakeKey(config.ProjectName, "project")]; got != "a" {
		t.Errorf("project is %q", got)
	}
}

func TestKeyringRefuses(t *testing.T) {
	// The salt is fresh: Pulumi remembers one that was opened in this process.
	salt, _, err := passphrase.NewPassphraseSecretsManager("another phrase")
	if err != nil {
		t.Fatal(err)
	}
	secret := "config:\n  a:b:\n    secure: " + canary + "\n"
	for _, c := range []struct{ name, text, want string }{
		{"wrong passphrase", "encryptionsalt: " + salt + "\n" + secret, "the passphrase does not open the secrets of this file"},
		{"no salt", secret, "secrets without encryptionsalt"},
		{"damaged salt", "encryptionsalt: " + canary + "\n" + secret, "encryptionsalt is damaged"},
		{"salt of a later version", "encryptionsalt: v9:a:" + canary + "\n" + secret, "encryptionsalt is damaged"},
		{"a cloud's key", "secretsprovider: awskms://" + canary + "\n" + secret, "secretsprovider awskms:// is not in this version"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := config.LoadStack(file(t, "Pulumi.x.yaml", c.text))
			if err != nil {
				t.Fatal(err)
			}
			_, err = ring("phrase").Decrypter(s)
			var p problem.Problem
			if !errors.As(err, &p) || !strings.Contains(p.Summary, c.want) || p.Hint == "" {
				t.Errorf("got %v", err)
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the file's text is in: %v", err)
			}
		})
	}
}

func TestDamagedSecret(t *testing.T) {
	path := file(t, "Pulumi.x.yaml", "")
	if err := config.Set(path, "a", "b", config.SetOptions{Secret: true, Keyring: ring("phrase")}); err != nil {
		t.Fatal(err)
	}
	if err := config.Set(path, "c", "d", config.SetOptions{}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, strings.Replace(string(text), "secure: v1:", "secure: v1:"+canary, 1))
	_, err = config.List(path, config.ReadOptions{Reveal: true, Keyring: ring("phrase")})
	if err == nil || !strings.Contains(err.Error(), "a secret of this file is damaged") || strings.Contains(err.Error(), canary) {
		t.Errorf("got %v", err)
	}
}

func TestNoSecretsNeedNoPassphrase(t *testing.T) {
	s, err := config.LoadStack(file(t, "Pulumi.x.yaml", "config:\n  a: b\n"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := config.Keyring{}.Decrypter(s)
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Config.Decrypt(d)
	if err != nil || values[pulumiconfig.MustMakeKey(config.ProjectName, "a")] != "b" {
		t.Errorf("%v, %v", values, err)
	}
	if _, err := d.DecryptValue(context.Background(), "x"); err == nil {
		t.Error("it decrypts")
	}
}

// TestCloudKey holds that a key in a cloud is asked for through the seam, and
// that a data key it makes is kept.
func TestCloudKey(t *testing.T) {
	path := file(t, "Pulumi.x.yaml", "secretsprovider: awskms://alias/x\nconfig:\n  a: b\n")
	keyring := config.Keyring{Cloud: func(s *workspace.ProjectStack, url string, rotate bool) (secrets.Manager, error) {
		if url != "awskms://alias/x" || rotate {
			return nil, errors.New("not asked for")
		}
		s.EncryptedKey = "data-key"
		return b64.NewBase64SecretsManager(), nil
	}}
	if err := config.Set(path, "s", canary, config.SetOptions{Secret: true, Keyring: keyring}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "\nencryptedkey: data-key\n") || strings.Contains(string(text), canary) || strings.Contains(string(text), "encryptionsalt") {
		t.Errorf("got:\n%s", text)
	}
	e, err := config.Get(path, "s", config.ReadOptions{Reveal: true, Keyring: keyring})
	if err != nil || e.Value != canary {
		t.Errorf("%+v, %v", e, err)
	}
}
