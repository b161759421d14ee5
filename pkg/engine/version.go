package engine

import (
	"runtime/debug"

	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
)

// PulumiVersion is the version of the linked engine. Pulumi writes it into state
// and plans; its own CLI gets it from the linker, dorc from the module list.
func PulumiVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/pulumi/pulumi/pkg/v3" {
				return m.Version
			}
		}
	}
	return "v3.0.0-unknown"
}

func init() {
	if version.Version == "" {
		version.Version = PulumiVersion()
	}
}
