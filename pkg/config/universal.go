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
	// ImageBuilder says how functions' images are built: "standard", without a
	// container engine, or "docker", which builds the repo's own Dockerfile.
	// Default: "standard".
	ImageBuilder string `yaml:"image_builder"`
	// BaseImage is what the standard builder builds on when the repo has no
	// Dockerfile of the standard form. Default: AWS's image for Python 3.12.
	BaseImage string `yaml:"base_image"`
	// PythonVersion is the minor version of the base image's Python, such as
	// "3.12". Default: what the base image says.
	PythonVersion string `yaml:"python_version"`
	// SharedCodeFolder is a folder below the config repo whose content every
	// function gets beside its lambda.py. Default: none.
	SharedCodeFolder string `yaml:"shared_code_folder"`
	// NoAWS is aws: false: the project has nothing on AWS, and needs no account
	// there. Default: false.
	NoAWS bool `yaml:"-"`
	// GCP is what the project has on Google Cloud. Default: nil, nothing.
	GCP *GoogleUniversal `yaml:"gcp"`
}
