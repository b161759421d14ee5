package config

// Environment is what one environment has. It is read from
// infra/Pulumi.<env>.yaml; keys are snake_case, without a namespace.
type Environment struct {
	// Environment is its name, such as "prod". It must equal the file's <env>.
	Environment string `yaml:"environment"`
	// VPCID puts every function into this VPC, each with a security group of
	// its own. Default: "", functions run outside any VPC.
	VPCID string `yaml:"vpc_id"`
	// PrivateSubnetIDs are the subnets of functions. Required with VPCID.
	PrivateSubnetIDs []string `yaml:"private_subnet_ids"`
	// AdditionalLambdaRolePolicyARN is attached to the role of functions.
	AdditionalLambdaRolePolicyARN string `yaml:"additional_lambda_role_policy_arn"`
	// AdditionalStateFunctionRolePolicyARN is attached to the role of state machines.
	AdditionalStateFunctionRolePolicyARN string `yaml:"additional_state_function_role_policy_arn"`
	// AdditionalCloudeventStateMachineTriggerRolePolicyARN is attached to the role of triggers.
	AdditionalCloudeventStateMachineTriggerRolePolicyARN string `yaml:"additional_cloudevent_state_machine_trigger_role_policy_arn"`
	// DataBuckets are the buckets of this environment. Default: none.
	DataBuckets []DataBucket `yaml:"data_buckets"`
	// LogRetentionDays is how long logs are kept, one of the values that
	// CloudWatch Logs accepts. Default: 30.
	LogRetentionDays int `yaml:"log_retention_days"`
	// GCP is what the environment has on Google Cloud. Default: nil, the defaults
	// if its project has a block.
	GCP *GoogleEnvironment `yaml:"gcp"`
}

// DataBucket is one private, versioned, encrypted bucket. In YAML it is its
// name alone, or an object with the fields below.
type DataBucket struct {
	// Name is the short name; functions see the bucket's full name in the
	// variable DORC_BUCKET_<NAME>.
	Name string `yaml:"name"`
	// ForceDestroy lets destroy delete the bucket with what is in it. Default:
	// false, destroy refuses a bucket that is not empty.
	ForceDestroy bool `yaml:"force_destroy"`
}
