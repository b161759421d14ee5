package componenttest

import (
	"fmt"
	"maps"
	"strings"
)

// computed returns the id and the outputs that the cloud would give.
func computed(typ, name string, inputs map[string]any) (string, map[string]any) {
	if id, outputs, ok := computedGoogle(typ, inputs); ok {
		return id, outputs
	}
	outputs := maps.Clone(inputs)
	named := text(inputs["name"])
	arn := func(service, kind string) string {
		return fmt.Sprintf("arn:aws:%s:%s:%s:%s%s", service, Region, Account, kind, named)
	}
	switch typ {
	case "aws:ecr/repository:Repository":
		outputs["arn"] = arn("ecr", "repository/")
		outputs["registryId"] = Account
		outputs["repositoryUrl"] = Account + ".dkr.ecr." + Region + ".amazonaws.com/" + named
	case "aws:iam/role:Role":
		outputs["arn"] = "arn:aws:iam::" + Account + ":role/" + named
	case "aws:s3/bucketV2:BucketV2":
		named = text(inputs["bucket"])
		outputs["arn"] = "arn:aws:s3:::" + named
	case "aws:cloudwatch/logGroup:LogGroup":
		outputs["arn"] = arn("logs", "log-group:")
	case "aws:cloudwatch/eventRule:EventRule":
		outputs["arn"] = arn("events", "rule/")
	case "aws:lambda/function:Function":
		outputs["arn"] = arn("lambda", "function:")
	case "aws:sfn/stateMachine:StateMachine":
		outputs["arn"] = arn("states", "stateMachine:")
	case "aws:ec2/securityGroup:SecurityGroup":
		return "sg-" + name, outputs
	case "gcp:workflows/workflow:Workflow":
		return located(inputs, "workflows"), outputs
	case "gcp:cloudscheduler/job:Job":
		return located(inputs, "jobs"), outputs
	case "gcp:storage/bucketObject:BucketObject":
		return text(inputs["bucket"]) + "-" + named, outputs
	case "dorc:artifact:Deployment":
		outputs["artifactId"] = "pipelines_main_1f0c2a9b_" + text(inputs["contentHash"])[:12]
		outputs["dagPath"] = "gs://" + text(inputs["dagBucket"]) + "/" + text(inputs["prefix"]) + text(inputs["pipeline"])
		outputs["filesHash"] = text(inputs["contentHash"])
	case "dorc:image:Image":
		digest := "sha256:" + strings.Repeat("0", 64)
		outputs["digest"] = digest
		outputs["imageUri"] = text(inputs["repositoryUrl"]) + "@" + digest
		outputs["tag"] = text(inputs["environment"]) + "-" + strings.Repeat("0", 16)
	}
	if named == "" {
		named = name
	}
	return named, outputs
}

// located is the id of a resource of a Google project in a region.
func located(inputs map[string]any, kind string) string {
	return "projects/" + text(inputs["project"]) + "/locations/" + text(inputs["region"]) + "/" + kind + "/" + text(inputs["name"])
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
