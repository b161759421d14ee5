// Command pulumi-resource-local serves dorc's local providers as plugins of the
// stock Pulumi CLI: installed as pulumi-resource-aws it is the local AWS, as
// pulumi-resource-dorc it makes images. It is for the tests of this module; dorc
// itself runs the same providers in its own process.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/dorc-dev/dorc/pkg/local/aws"
	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/settings"
	"github.com/dorc-dev/dorc/pkg/stack"
)

// The environment names what dorc's settings name for dorc.
const (
	// CloudDir is the local cloud's folder, dorc's .dorc.
	CloudDir = "STOCKCLI_CLOUD_DIR"
	// ConfigRepo is the config repo's folder.
	ConfigRepo = "STOCKCLI_CONFIG_REPO"
)

func main() {
	if err := serve(filepath.Base(os.Args[0])); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(name string) error {
	store, err := cloud.Open(os.Getenv(CloudDir))
	if err != nil {
		return err
	}
	var served plugin.Provider
	switch name {
	case "pulumi-resource-aws":
		served = aws.NewProvider(store, aws.Options{})
	case "pulumi-resource-dorc":
		if served, err = images(); err != nil {
			return err
		}
	default:
		return fmt.Errorf("%s: this plugin is called pulumi-resource-aws or pulumi-resource-dorc", name)
	}
	return provider.Main(name, func(*provider.HostClient) (pulumirpc.ResourceProviderServer, error) {
		return plugin.NewProviderServer(served), nil
	})
}

// images makes images as dorc does on the local target.
func images() (plugin.Provider, error) {
	s, err := settings.Load(settings.Options{Environ: []string{"CONFIG_REPO_PATH=" + os.Getenv(ConfigRepo)}})
	if err != nil {
		return nil, err
	}
	s.LocalDir = os.Getenv(CloudDir)
	return stack.NewProject(s).ImageProvider()
}
