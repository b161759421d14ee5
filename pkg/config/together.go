package config

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// What is wrong with an environment only together with its project.
const (
	gcpAlone       = "gcp without a block gcp of the project"
	gcpAloneDetail = "the images of every environment are in one repository, which the project has"
	gcpAloneHint   = "add gcp: {project_id: …, region: …} to universal/Pulumi.universal.yaml"
)

// awsKeys are an environment's keys that mean nothing without AWS.
var awsKeys = []string{
	"vpc_id", "private_subnet_ids", "additional_lambda_role_policy_arn", "additional_state_function_role_policy_arn",
	"additional_cloudevent_state_machine_trigger_role_policy_arn", "data_buckets", "log_retention_days",
}

// checkTogether refuses what does not go with the project of the environment.
func checkTogether(r *reader, seen map[string]*yaml.Node, u *Universal) {
	if u == nil {
		return
	}
	if n := seen["gcp"]; n != nil && u.GCP == nil {
		r.add(n, gcpAlone, gcpAloneDetail, gcpAloneHint)
	}
	if !u.NoAWS {
		return
	}
	for _, key := range slices.Sorted(slices.Values(awsKeys)) {
		n := seen[key]
		if n == nil {
			continue
		}
		hint := "remove it"
		if key == "data_buckets" {
			hint = "move it below gcp:"
		}
		r.add(n, key+" is about AWS, where this project has nothing", "aws is false in the project's configuration", hint)
	}
}
