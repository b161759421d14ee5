package config

// Universal is what a project has once, whatever the environment. It is read
// from universal/Pulumi.universal.yaml; keys are snake_case, without a namespace.
type Universal struct {
	// Project is the prefix of every cloud name, such as "ExampleDorc". Required.
	Project string `yaml:"project"`
	// Region is the AWS region, such as "eu-west-2". Default: AWS_REGION.
	Region string `yaml:"region"`
	// Tags are put on every resource that has tags.
	Tags map[string]string `yaml:"tags"`
	// SourceCodeFolder is the folder of layers and pipelines. Default: "src".
	SourceCodeFolder string `yaml:"source_code_folder"`
}
