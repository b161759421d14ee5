//go:build tools

// Package stockcli holds dorc against the real Pulumi CLI.
package stockcli

import (
	_ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
)
