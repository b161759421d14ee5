package engine

import (
	"runtime/debug"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/stretchr/testify/assert"
)

// Of the SDKs that are linked, only the plugins that programs use are made ready.
func TestUnusedPlugins(t *testing.T) {
	linked := func() []Plugin {
		return pluginsOfModules([]*debug.Module{
			{Path: "github.com/pulumi/pulumi-aws/sdk/v6", Version: "v6.1.0"},
			{Path: "github.com/pulumi/pulumi-gcp/sdk/v7", Version: "v7.2.0"},
			{Path: "github.com/pulumi/pulumi/sdk/v3", Version: "v3.0.0"},
		})
	}
	names := func(plugins []Plugin) (all []string) {
		for _, p := range plugins {
			all = append(all, p.Name)
		}
		return all
	}
	assert.Equal(t, []string{"aws", "gcp"}, names(Providers{}.used(linked())))
	assert.Equal(t, []string{"aws"}, names(Providers{Unused: []string{"gcp"}}.used(linked())))
	here := Providers{Unused: []string{"gcp"}, InProcess: map[string]func() (plugin.Provider, error){"aws": nil}}
	assert.Empty(t, here.outside(here.used(linked())))
}
