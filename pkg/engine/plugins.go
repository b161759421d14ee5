package engine

import (
	"debug/buildinfo"
	"fmt"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy/providers"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	sdkproviders "github.com/pulumi/pulumi/sdk/v3/go/common/providers"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// Plugin is a provider plugin at one version, such as aws 6.83.2.
type Plugin struct {
	// Name is the package's name, such as "aws".
	Name string
	// Version is the exact version; plugins of other versions do not stand in for it.
	Version semver.Version
	// DownloadURL is where it is published. Default: Pulumi's own releases.
	DownloadURL string
	// Checksums are SHA-256 of the archive by platform, such as "linux-amd64".
	// Default: none is known, and none is checked.
	Checksums map[string][]byte
}

// String is the name and the version, such as "aws 6.83.2".
func (p Plugin) String() string { return p.Name + " " + p.Version.String() }

func (p Plugin) descriptor() workspace.PluginDescriptor {
	version := p.Version
	return workspace.PluginDescriptor{
		Name: p.Name, Kind: apitype.ResourcePlugin, Version: &version,
		PluginDownloadURL: p.DownloadURL, Checksums: p.Checksums,
	}
}

// LinkedPlugins are the plugins of the Pulumi SDKs that this program was built
// with, by name. An SDK's module has the version of its plugin, and its
// resources ask for exactly that, so that go.mod pins both.
func LinkedPlugins() ([]Plugin, error) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil, fmt.Errorf("this program was built without module information, so the versions of its plugins are not known")
	}
	return pluginsOfModules(info.Deps), nil
}

// sdkModule is the path of an official SDK's module, such as
// github.com/pulumi/pulumi-aws/sdk/v6.
var sdkModule = regexp.MustCompile(`^github\.com/pulumi/pulumi-([a-z0-9-]+)/sdk(?:/v\d+)?$`)

func pluginsOfModules(modules []*debug.Module) []Plugin {
	var found []Plugin
	for _, m := range modules {
		name := sdkModule.FindStringSubmatch(m.Path)
		if name == nil {
			continue
		}
		if m.Replace != nil && m.Replace.Version != "" {
			m = m.Replace
		}
		version, err := semver.ParseTolerant(strings.TrimSuffix(m.Version, "+incompatible"))
		if err != nil {
			continue // a folder instead of a release: the SDK in it says what it wants
		}
		found = append(found, Plugin{Name: name[1], Version: version})
	}
	slices.SortFunc(found, func(a, b Plugin) int { return strings.Compare(a.Name, b.Name) })
	return found
}

// plugins are those that a run of the program will ask for, as far as it can be
// known: its official SDKs'. The engine installs others when they are asked for.
func (e Executable) plugins() ([]Plugin, error) {
	info, err := buildinfo.ReadFile(string(e))
	if err != nil {
		return nil, fmt.Errorf("reading what the program was built with: %w", err)
	}
	return pluginsOfModules(info.Deps), nil
}

// needed are the plugins of the program, and those that only the state has: a
// plugin that deletes what the program no longer describes.
func (p Providers) needed(program Program, snapshot *deploy.Snapshot) ([]Plugin, error) {
	var all []Plugin
	var err error
	switch program := program.(type) {
	case nil:
	case Executable:
		all, err = program.plugins()
	default:
		all, err = LinkedPlugins()
	}
	if err != nil {
		return nil, err
	}
	all = p.used(all)
	if snapshot != nil {
		recorded, err := pluginsOfState(snapshot)
		if err != nil {
			return nil, err
		}
		known := slices.Clone(all)
		for _, r := range recorded {
			if !slices.ContainsFunc(known, func(k Plugin) bool { return k.Name == r.Name }) {
				all = append(all, r)
			}
		}
	}
	return p.outside(all), nil
}

// Linked are the plugins of this program's SDKs that an operation would take from
// outside of this process: none unless Installed, and none of Unused.
func (p Providers) Linked() ([]Plugin, error) {
	if !p.Installed {
		return nil, nil
	}
	linked, err := LinkedPlugins()
	return p.outside(p.used(linked)), err
}

// used leaves out the plugins that no program uses.
func (p Providers) used(plugins []Plugin) []Plugin {
	return slices.DeleteFunc(plugins, func(plugin Plugin) bool { return slices.Contains(p.Unused, plugin.Name) })
}

// outside leaves out what this process serves itself.
func (p Providers) outside(plugins []Plugin) []Plugin {
	return slices.DeleteFunc(plugins, func(plugin Plugin) bool {
		_, here := p.InProcess[plugin.Name]
		return here
	})
}

// pluginsOfState are those that the state's providers name with a version.
func pluginsOfState(snapshot *deploy.Snapshot) ([]Plugin, error) {
	var found []Plugin
	for _, r := range snapshot.Resources {
		if !sdkproviders.IsProviderType(r.URN.Type()) {
			continue
		}
		pkg := sdkproviders.GetProviderPackage(r.URN.Type())
		parameter, err := providers.GetProviderParameterization(pkg, r.Inputs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.URN, err)
		}
		version, err := providers.GetProviderVersion(r.Inputs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.URN, err)
		}
		if parameter != nil || version == nil || pkg == "pulumi" {
			continue
		}
		plugin := Plugin{Name: pkg.String(), Version: *version}
		if plugin.DownloadURL, err = providers.GetProviderDownloadURL(r.Inputs); err != nil {
			return nil, fmt.Errorf("%s: %w", r.URN, err)
		}
		if plugin.Checksums, err = providers.GetProviderChecksums(r.Inputs); err != nil {
			return nil, fmt.Errorf("%s: %w", r.URN, err)
		}
		// Plugins from a repository's source are built by Pulumi when they are asked for.
		if !plugin.descriptor().IsGitPlugin() && !slices.ContainsFunc(found, plugin.same) {
			found = append(found, plugin)
		}
	}
	return found, nil
}

func (p Plugin) same(other Plugin) bool { return p.Name == other.Name && p.Version.EQ(other.Version) }
