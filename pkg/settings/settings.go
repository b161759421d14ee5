package settings

import (
	"path/filepath"
	"strings"
)

// Target is where a stack lives.
type Target string

const (
	// TargetLocal is the embedded local cloud.
	TargetLocal Target = "local"
	// TargetCloud is AWS and Google Cloud through the official Pulumi plugins.
	TargetCloud Target = "cloud"
)

// LocalDirName is the folder of the local cloud below Root.
const LocalDirName = ".dorc"

// Settings are complete and checked.
type Settings struct {
	// Root is the absolute path of dorc's folder: the one with .env,
	// .env.example or Pulumi.yaml. Default: the working directory.
	Root string
	// AWSAccount is twelve digits. Default on the local target: 000000000000.
	// The cloud target requires it.
	AWSAccount string
	// AWSRegion is a region such as eu-west-2, the default on the local target.
	// The cloud target requires it.
	AWSRegion string
	// ConfigRepoPath is the absolute path of the config repo, a directory that
	// exists. Default: examples/pipeline-config below Root.
	ConfigRepoPath string
	// InfraBucket is the URL of the state: s3, gs, azblob or file; the path of a
	// file URL is absolute. Default: file://<Root>/.dorc/state.
	InfraBucket string
	// UniversalStackName is the folder and stack of the universal instance.
	// Default: universal.
	UniversalStackName string
	// InfraStackName is the folder of the infra instance and the start of its
	// stacks' names. Default: infra.
	InfraStackName string
	// Passphrase opens the secrets of configuration and state. The cloud target
	// refuses an empty one.
	Passphrase Secret
	// PassphraseSet says that a source gave Passphrase, be it empty.
	PassphraseSet bool
	// Target is where stacks live. Default: local.
	Target Target
	// AWSEndpointURL is another AWS endpoint for the cloud target. Default: "".
	AWSEndpointURL string
	// GoogleCredentials are a credentials file of Google Cloud: its path, which is
	// absolute, or its contents. Default: empty, Application Default Credentials.
	GoogleCredentials Secret
	// GoogleToken is an access token of Google Cloud, which goes before credentials.
	// Default: empty.
	GoogleToken Secret
	// GoogleEndpoints are other endpoints of Google's services, by their variable such as
	// GOOGLE_DATAFLOW_CUSTOM_ENDPOINT; each ends in a slash. Default: none.
	GoogleEndpoints map[string]string
	// PipelineTemplatePath is the absolute path of a folder with templates of
	// the user's own for dorc new, not checked. Default: "", dorc's own.
	PipelineTemplatePath string
	// CacheDir is the absolute path of a folder for what can be made again:
	// layers, Python packages, base images. Default: dorc in the user's cache
	// folder, else .dorc/cache below Root.
	CacheDir string
	// ContainerEngine is the one that builds Dockerfiles: docker, podman or
	// buildah. Default: "", the first of them that works.
	ContainerEngine string
	// BuildNetwork is the network of a Dockerfile's RUN: default, host or none.
	// Default: "", the engine's.
	BuildNetwork string
	// LocalDir is the absolute path of the local cloud's directory: <Root>/.dorc.
	LocalDir string
	// Branch is the branch that a CI system says it builds, for work trees whose HEAD is
	// detached. Default: "".
	Branch string

	sources map[string]Source
}

// Options say where settings are read from.
type Options struct {
	// WorkingDir is where the search for Root starts. Default: the process's.
	WorkingDir string
	// Environ are environment variables as NAME=value. Default, when nil: the process's.
	Environ []string
	// Flags are values given by flags, by the name of the variable they stand for.
	Flags map[string]string
	// NoAWS says whether the universal configuration at this path has nothing on AWS;
	// the cloud target then needs no AWS_ACCOUNT and AWS_REGION. Default, when nil: it has.
	NoAWS func(path string) bool
	// ConfigRepoOptional accepts a ConfigRepoPath that does not exist, for
	// commands that need or make none.
	ConfigRepoOptional bool
}

// Source says which source gave the variable's value: "flag", "environment
// variable", ".env:7" or "default".
func (s *Settings) Source(variable string) string { return s.sources[variable].String() }

// UniversalDir is the absolute path of the universal instance's folder.
func (s *Settings) UniversalDir() string {
	return filepath.Join(s.ConfigRepoPath, s.UniversalStackName)
}

// InfraDir is the absolute path of the infra instance's folder.
func (s *Settings) InfraDir() string { return filepath.Join(s.ConfigRepoPath, s.InfraStackName) }

// UniversalConfigPath is the path of the universal stack's configuration.
func (s *Settings) UniversalConfigPath() string {
	return filepath.Join(s.UniversalDir(), "Pulumi."+s.UniversalStackName+".yaml")
}

// EnvironmentConfigPath is the path of an environment's configuration. The
// environment's name must have been checked with CheckName.
func (s *Settings) EnvironmentConfigPath(env string) string {
	return filepath.Join(s.InfraDir(), "Pulumi."+env+".yaml")
}

// Relative renders a path for a person: relative to Root when it is below it or
// beside it, else as it is.
func (s *Settings) Relative(path string) string {
	rel, err := filepath.Rel(s.Root, path)
	if err != nil || strings.HasPrefix(rel, filepath.Join("..", "..")) {
		return path
	}
	return rel
}
