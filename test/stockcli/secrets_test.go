package stockcli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

const secret = "correct horse battery staple"

// TestCLIOpensSecretsOfDorc holds that the stock CLI decrypts the secrets of a
// state that dorc wrote, with the passphrase and not without.
func TestCLIOpensSecretsOfDorc(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.ownProgram(t, `"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"`+"\n", `
	ctx.Export("password", config.New(ctx, "").RequireSecret("password"))
	ctx.Export("host", pulumi.String("db.example.com"))
	return nil`)
	s.dorc(t, "config", "set", "infra", "password", secret, "--secret", "--env", "prod")
	s.dorc(t, infraStack.command("apply")...)
	require.NotContains(t, s.stateFile(t, "infra-prod.json"), secret)

	output := func(flags ...string) string {
		return s.pulumi(t, append([]string{"stack", "output", "--stack", infraStack.full()}, flags...)...)
	}
	require.Equal(t, secret, strings.TrimSpace(output("password", "--show-secrets")))
	require.Equal(t, "[secret]", strings.TrimSpace(output("password")))
	require.Equal(t, "db.example.com", strings.TrimSpace(output("host")))
	require.JSONEq(t, s.dorc(t, infraStack.command("outputs", "--json")...), output("--json"))
	require.JSONEq(t, s.dorc(t, infraStack.command("outputs", "--json", "--show-secrets")...), output("--json", "--show-secrets"))

	export := []string{"stack", "export", "--stack", infraStack.full()}
	require.JSONEq(t, s.dorc(t, infraStack.command("state export")...), s.pulumi(t, export...))
	require.NotContains(t, s.pulumi(t, export...), secret)
	shown := s.pulumi(t, append(export, "--show-secrets")...)
	require.JSONEq(t, s.dorc(t, infraStack.command("state export", "--show-secrets")...), shown)
	require.Contains(t, shown, secret)

	s.variables["PULUMI_CONFIG_PASSPHRASE"] = "open barley"
	require.Contains(t, s.pulumiFails(t, append(export, "--show-secrets")...).all(), "incorrect passphrase")
}

// TestDorcOpensSecretsOfCLI is the other direction.
func TestDorcOpensSecretsOfCLI(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	_, err := s.stock(t, infraStack, func(ctx *pulumi.Context) error {
		ctx.Export("password", pulumi.ToSecret(pulumi.String(secret)))
		return nil
	}).Up(t.Context())
	require.NoError(t, err)
	require.Equal(t, secret, strings.TrimSpace(s.dorc(t, infraStack.command("outputs", "password", "--show-secrets")...)))
	require.Equal(t, "[secret]", strings.TrimSpace(s.dorc(t, infraStack.command("outputs", "password")...)))

	s.ownProgram(t, "", `
	ctx.Export("password", pulumi.ToSecret(pulumi.String("`+secret+`")))
	return nil`)
	s.dorcExits(t, 0, infraStack.command("plan", "--detailed-exitcode")...)
	s.dorc(t, infraStack.command("apply")...)
	require.NotContains(t, s.stateFile(t, "infra-prod.json"), secret)
	opened := s.pulumi(t, "stack", "output", "password", "--show-secrets", "--stack", infraStack.full())
	require.Equal(t, secret, strings.TrimSpace(opened))

	s.variables["PULUMI_CONFIG_PASSPHRASE"] = "open barley"
	refused := s.dorcExits(t, 1, infraStack.command("outputs", "password", "--show-secrets")...)
	require.Contains(t, refused.stderr, "the passphrase is not the one")
}

// stateFile is a file among the states.
func (s *session) stateFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(s.state, ".pulumi", "stacks", "Pipelines", name))
	require.NoError(t, err)
	return string(data)
}
