package config

import (
	"regexp"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/awsid"
)

// DefaultLogRetentionDays is how long logs are kept when the file does not say.
const DefaultLogRetentionDays = 30

// logRetentionDays are the values that CloudWatch Logs accepts:
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var logRetentionDays = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// IDs of EC2 have 8 hexadecimal digits, newer ones 17.
var (
	vpcID    = regexp.MustCompile(`^vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})$`)
	subnetID = regexp.MustCompile(`^subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})$`)
)

// environmentFields are the keys of Pulumi.<env>.yaml.
func environmentFields() []field[Environment] {
	return []field[Environment]{
		{name: "environment", required: true, example: "prod", read: func(r *reader, n *yaml.Node, e *Environment) {
			if v, ok := r.text(n, "environment"); ok {
				e.Environment = v
				checkPart(r, n, "environment", v)
			}
		}},
		{name: "vpc_id", example: "vpc-0123456789abcdef0", read: func(r *reader, n *yaml.Node, e *Environment) {
			if v, ok := r.text(n, "vpc_id"); ok {
				e.VPCID = v
				checkID(r, n, "vpc_id", v, vpcID, "vpc-0123456789abcdef0")
			}
		}},
		{name: "private_subnet_ids", example: "[subnet-0123456789abcdef0]", read: func(r *reader, n *yaml.Node, e *Environment) {
			e.PrivateSubnetIDs = readSubnets(r, n)
		}},
		policyField("additional_lambda_role_policy_arn", func(e *Environment) *string { return &e.AdditionalLambdaRolePolicyARN }),
		policyField("additional_state_function_role_policy_arn", func(e *Environment) *string { return &e.AdditionalStateFunctionRolePolicyARN }),
		policyField("additional_cloudevent_state_machine_trigger_role_policy_arn", func(e *Environment) *string {
			return &e.AdditionalCloudeventStateMachineTriggerRolePolicyARN
		}),
		{name: "data_buckets", example: "[raw, processed]", read: func(r *reader, n *yaml.Node, e *Environment) {
			e.DataBuckets = readBuckets(r, n, "S3 refuses")
		}},
		{name: "log_retention_days", example: "30", read: func(r *reader, n *yaml.Node, e *Environment) {
			if v, ok := r.integer(n, "log_retention_days"); ok {
				e.LogRetentionDays = v
				if !slices.Contains(logRetentionDays, v) {
					r.add(n, "log_retention_days is not a value that CloudWatch Logs accepts", "it is "+strconv.Itoa(v),
						"the nearest is "+strconv.Itoa(nearestRetention(v)))
				}
			}
		}},
		{name: "gcp", example: "{data_buckets: [raw]}", read: readGoogleEnvironment},
	}
}

func environmentKeys() []string { return fieldNames(environmentFields()) }

// nearestRetention is the accepted value that keeps logs at least as long, or the longest.
func nearestRetention(days int) int {
	for _, v := range logRetentionDays {
		if v >= days {
			return v
		}
	}
	return logRetentionDays[len(logRetentionDays)-1]
}

func policyField(name string, at func(*Environment) *string) field[Environment] {
	return field[Environment]{name: name, example: "arn:aws:iam::123456789012:policy/name", read: func(r *reader, n *yaml.Node, e *Environment) {
		v, ok := r.text(n, name)
		if !ok {
			return
		}
		*at(e) = v
		if !awsid.IsPolicyARN(v) {
			r.add(n, name+" is not the ARN of an IAM policy", "it is "+quote(v), "it looks like arn:aws:iam::123456789012:policy/name")
		}
	}}
}

func checkID(r *reader, n *yaml.Node, what, v string, shape *regexp.Regexp, example string) {
	if !shape.MatchString(v) {
		r.add(n, what+" is not an ID of EC2", "it is "+quote(v), "it looks like "+example)
	}
}

func readSubnets(r *reader, n *yaml.Node) []string {
	var ids []string
	for _, item := range r.list(n, "private_subnet_ids", "private_subnet_ids: [subnet-0123456789abcdef0]") {
		v, ok := r.text(item, "a subnet's ID")
		if !ok {
			continue
		}
		checkID(r, item, "a subnet's ID", v, subnetID, "subnet-0123456789abcdef0")
		if slices.Contains(ids, v) {
			r.add(item, "subnet "+quote(v)+" is given twice", "", "remove one of them")
		}
		ids = append(ids, v)
	}
	return ids
}

// readEnvironment reads and checks the pairs of an environment's configuration.
// An env that is not "" is the name that the file must give, a universal that is
// not nil its project.
func readEnvironment(r *reader, pairs []pair, env string, universal *Universal, partial bool) Environment {
	r.partial = partial
	e := Environment{}
	fields := environmentFields()
	if env != "" {
		fields[0].example = env
	}
	seen := readFields(r, pairs, fields, &e, partial)
	if n := seen["environment"]; n != nil && env != "" && e.Environment != "" && e.Environment != env {
		r.add(n, "environment is not the environment of this file", "it is "+quote(e.Environment)+", the file is Pulumi."+env+".yaml",
			"write environment: "+env)
	}
	vpc, subnets := seen["vpc_id"], seen["private_subnet_ids"]
	switch {
	case partial:
	case vpc != nil && (subnets == nil || resolve(subnets).Kind == yaml.SequenceNode && len(e.PrivateSubnetIDs) == 0):
		r.add(vpc, "vpc_id without private_subnet_ids", "functions in a VPC need at least one subnet",
			"add private_subnet_ids: [subnet-0123456789abcdef0]")
	case vpc == nil && len(e.PrivateSubnetIDs) > 0:
		r.add(subnets, "private_subnet_ids without vpc_id", "they do nothing alone", "add vpc_id, or remove them")
	}
	if seen["log_retention_days"] == nil {
		e.LogRetentionDays = DefaultLogRetentionDays
	}
	checkTogether(r, seen, universal)
	return e
}
