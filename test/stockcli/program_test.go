package stockcli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// ownProgram puts a Go program into the folder of infra, as a person who writes
// their own does. Its body has ctx and ends with a return.
func (s *session) ownProgram(t *testing.T, imports, body string) {
	t.Helper()
	s.goEnvironment(t)
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	for _, file := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		s.write(t, "pipeline-config/infra/"+file, strings.Replace(string(data), "=> ../..", "=> "+root, 1))
	}
	s.write(t, "pipeline-config/infra/main.go", `package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
`+imports+`)

func main() { pulumi.Run(func(ctx *pulumi.Context) error {
`+body+`
}) }
`)
}

// goEnvironment lets processes that have another home build Go programs.
func (s *session) goEnvironment(t *testing.T) {
	t.Helper()
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS"} {
		value, err := goTool(".", "env", name)
		require.NoError(t, err)
		s.variables[name] = value
	}
}
