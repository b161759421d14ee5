package settings

// Names of the variables, the same in the environment, in .env and in Options.Flags.
const (
	AWSAccount         = "AWS_ACCOUNT"
	AWSRegion          = "AWS_REGION"
	ConfigRepoPath     = "CONFIG_REPO_PATH"
	InfraBucket        = "INFRA_BUCKET"
	UniversalStackName = "UNIVERSAL_STACK_NAME"
	InfraStackName     = "INFRA_STACK_NAME"
	Passphrase         = "PULUMI_CONFIG_PASSPHRASE"
	PassphraseFile     = "PULUMI_CONFIG_PASSPHRASE_FILE"
	TargetName         = "DORC_TARGET"
	AWSEndpointURL     = "AWS_ENDPOINT_URL"
	PipelineTemplates  = "PIPELINE_TEMPLATE_PATH"
	CacheDir           = "DORC_CACHE_DIR"
	ContainerEngine    = "DORC_CONTAINER_ENGINE"
	BuildNetwork       = "DORC_BUILD_NETWORK"
	GoogleToken        = "GOOGLE_OAUTH_ACCESS_TOKEN"
	GoogleCredentials  = "GOOGLE_CREDENTIALS"
)

// Values of AWS_ACCOUNT and AWS_REGION on the local target.
const (
	LocalAccount = "000000000000"
	LocalRegion  = "eu-west-2"
)

// Variable is one variable that dorc reads.
type Variable struct {
	// Name as in the environment.
	Name string
	// Default when no source gives a value.
	Default string
	// LocalOnly says that Default holds on the local target only; the cloud
	// target requires a value.
	LocalOnly bool
	// Meaning in a few words, for messages and help.
	Meaning string
}

// Variables are all variables that dorc reads, in the order of .env.example.
func Variables() []Variable {
	return []Variable{
		{Name: TargetName, Default: string(TargetLocal), Meaning: "where stacks live: local or cloud"},
		{Name: AWSAccount, Default: LocalAccount, LocalOnly: true, Meaning: "AWS account, twelve digits"},
		{Name: AWSRegion, Default: LocalRegion, LocalOnly: true, Meaning: "AWS region"},
		{Name: ConfigRepoPath, Default: "./examples/pipeline-config", Meaning: "the config repo, relative to dorc's folder"},
		{Name: InfraBucket, Default: "file://./.dorc/state", Meaning: "URL of the state"},
		{Name: UniversalStackName, Default: "universal", Meaning: "folder and stack of the universal instance"},
		{Name: InfraStackName, Default: "infra", Meaning: "folder and stacks of the infra instance"},
		{Name: Passphrase, LocalOnly: true, Meaning: "passphrase of secrets"},
		{Name: PassphraseFile, Meaning: "file that has the passphrase"},
		{Name: AWSEndpointURL, Meaning: "another AWS endpoint for the cloud target"},
		{Name: GoogleCredentials, Meaning: "credentials file of Google Cloud, its path or its contents, instead of Application Default Credentials"},
		{Name: GoogleToken, Meaning: "access token of Google Cloud, instead of credentials"},
		{Name: PipelineTemplates, Meaning: "folder of templates of dorc new, relative to dorc's folder"},
		{Name: CacheDir, Meaning: "folder of what can be made again, such as layers of images"},
		{Name: ContainerEngine, Meaning: "container engine to build with: docker, podman or buildah"},
		{Name: BuildNetwork, Meaning: "network of a Dockerfile's RUN: default, host or none"},
	}
}

func variableNames() []string {
	vars := Variables()
	names := make([]string, len(vars))
	for i, v := range vars {
		names[i] = v.Name
	}
	return names
}
