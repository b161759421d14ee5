// Command dorc provisions data pipelines: see dorc help.
package main

import (
	"os"

	"github.com/dorc-dev/dorc/pkg/cli"
)

// version is set by the build.
var version = "dev"

func main() {
	os.Exit(cli.Main(version, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
