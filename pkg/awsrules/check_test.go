package awsrules

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type object = map[string]any

func check(typ tokens.Type, in object) []Failure {
	return Check(typ, resource.NewPropertyMapFromMap(in))
}

// What the vectors do not have. The others are held in pkg/local/aws, where the
// inputs of the vectors can be translated.
func TestRefused(t *testing.T) {
	many := object{}
	for i := range 51 {
		many[strings.Repeat("k", i+1)] = "v"
	}
	const function = "aws:lambda/function:Function"
	for name, tt := range map[string]struct {
		typ      tokens.Type
		in       object
		property string
		want     string
	}{
		"variable with a digit first": {function, object{"environment": object{"variables": object{"1A": "x"}}}, "environment.variables.1A", "must begin with a letter"},
		"reserved variable":           {function, object{"environment": object{"variables": object{"AWS_REGION": "x"}}}, "environment.variables.AWS_REGION", "reserved"},
		"variables too large":         {function, object{"environment": object{"variables": object{"AA": strings.Repeat("x", 4095)}}}, "environment.variables", "4097 bytes"},
		"image with a runtime":        {function, object{"packageType": "Image", "runtime": "python3.12"}, "runtime", "packageType Image"},
		"image in a zip":              {function, object{"packageType": "Zip", "imageUri": "x"}, "packageType", "needs packageType Image"},
		"too many tags":               {function, object{"tags": many}, "tags", "at most 50 tags, got 51"},
		"tag of AWS":                  {function, object{"tags": object{"aws:x": "y"}}, "tags.aws:x", "reserved"},
		"tag with a character":        {function, object{"tags": object{"a": "b#"}}, "tags.a", "value has letters"},
		"bucket like an address":      {"aws:s3/bucketV2:BucketV2", object{"bucket": "192.168.0.1"}, "bucket", "IP address"},
		"reserved bucket":             {"aws:s3/bucketV2:BucketV2", object{"bucket": "a-s3alias"}, "bucket", "reserved"},
		"event":                       {"aws:s3/bucketNotification:BucketNotification", object{"queues": []any{object{"events": []any{"created"}}}}, "queues[0].events[0]", "event of S3"},
		"retention":                   {"aws:cloudwatch/logGroup:LogGroup", object{"retentionInDays": 31.0}, "retentionInDays", "to be one of"},
		"reserved log group":          {"aws:cloudwatch/logGroup:LogGroup", object{"name": "aws/x"}, "name", "reserved"},
		"pattern with a word":         {"aws:cloudwatch/eventRule:EventRule", object{"eventPattern": `{"detail":{"a":"b"}}`}, "eventPattern", `"detail.a" must be an object or an array`},
		"pattern that is a list":      {"aws:cloudwatch/eventRule:EventRule", object{"eventPattern": `[]`}, "eventPattern", "must be a JSON object"},
		"pattern with nothing":        {"aws:cloudwatch/eventRule:EventRule", object{"eventPattern": `{"source":[]}`}, "eventPattern", "Empty arrays"},
		"schedule on another bus":     {"aws:cloudwatch/eventRule:EventRule", object{"eventBusName": "b", "scheduleExpression": "rate(1 day)"}, "scheduleExpression", "only on the default event bus"},
		"ports of all protocols":      {"aws:ec2/securityGroup:SecurityGroup", object{"egress": []any{object{"protocol": "-1", "fromPort": 443.0, "toPort": 443.0}}}, "egress[0]", "must both be 0"},
		"ports the wrong way":         {"aws:ec2/securityGroup:SecurityGroup", object{"egress": []any{object{"protocol": "tcp", "fromPort": 443.0, "toPort": 80.0}}}, "egress[0]", "not above toPort"},
		"host bits":                   {"aws:ec2/securityGroup:SecurityGroup", object{"ingress": []any{object{"cidrBlocks": []any{"10.0.0.1/8"}}}}, "ingress[0].cidrBlocks[0]", `did you mean "10.0.0.0/8"`},
		"version 6 in 4":              {"aws:ec2/securityGroup:SecurityGroup", object{"ingress": []any{object{"cidrBlocks": []any{"::/0"}}}}, "ingress[0].cidrBlocks[0]", "not a valid CIDR block"},
		"group name":                  {"aws:ec2/securityGroup:SecurityGroup", object{"name": "sg-x"}, "name", "sg-"},
		"logs without a place":        {"aws:sfn/stateMachine:StateMachine", object{"loggingConfiguration": object{"level": "ALL"}}, "loggingConfiguration.logDestination", "needs a logDestination"},
		"logs without a star":         {"aws:sfn/stateMachine:StateMachine", object{"loggingConfiguration": object{"logDestination": "arn:aws:logs:eu-west-2:000000000000:log-group:x"}}, "loggingConfiguration.logDestination", "ends in :*"},
		"lifecycle without rules":     {"aws:ecr/lifecyclePolicy:LifecyclePolicy", object{"policy": `{"rules":[]}`}, "policy", "needs rules"},
		"lifecycle tag status": {"aws:ecr/lifecyclePolicy:LifecyclePolicy", object{"policy": `{"rules":[{"rulePriority":1,"selection":{"tagStatus":"none"}}]}`},
			"policy", "tagged, untagged or any"},
	} {
		t.Run(name, func(t *testing.T) {
			got := check(tt.typ, tt.in)
			require.NotEmpty(t, got)
			found := false
			for _, f := range got {
				if f.Property == tt.property && strings.Contains(f.Reason, tt.want) {
					found = true
					assert.True(t, strings.HasPrefix(f.Source, "https://docs.aws.amazon.com/"), f.Source)
					assert.Contains(t, f.String(), f.Source)
				}
			}
			assert.True(t, found, "%v", got)
		})
	}
}

func TestPolicies(t *testing.T) {
	const (
		role   = "aws:iam/role:Role"
		inline = "aws:iam/rolePolicy:RolePolicy"
		bucket = "aws:s3/bucketPolicy:BucketPolicy"
	)
	for name, tt := range map[string]struct {
		typ          tokens.Type
		policy, want string
	}{
		"version":                 {inline, `{"Version":"2012","Statement":[]}`, "2012-10-17 or 2008-10-17"},
		"no statement":            {inline, `{"Version":"2012-10-17"}`, "at least one statement"},
		"effect":                  {inline, `{"Statement":{"Effect":"allow","Action":"s3:*","Resource":"*"}}`, "Allow or Deny"},
		"no action":               {inline, `{"Statement":{"Effect":"Allow","Resource":"*"}}`, "needs an Action"},
		"action without service":  {inline, `{"Statement":{"Effect":"Allow","Action":"GetObject","Resource":"*"}}`, "<service>:<action>"},
		"no resource":             {inline, `{"Statement":{"Effect":"Allow","Action":"s3:*"}}`, "needs a Resource"},
		"a principal":             {inline, `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}}`, "has a Principal"},
		"unknown element":         {inline, `{"Statement":{"Effect":"Allow","Actions":"s3:*","Resource":"*"}}`, `unknown element "Actions"`},
		"second statement":        {inline, `{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{}]}`, "statement 2"},
		"too long":                {inline, `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"` + strings.Repeat("r", 10240) + `"}}`, "at most 10240"},
		"trust without principal": {role, `{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}`, "needs a Principal"},
		"trust with a resource":   {role, `{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*","Resource":"*"}}`, "has a Resource"},
		"bucket for nobody":       {bucket, `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`, "needs a Principal"},
	} {
		t.Run(name, func(t *testing.T) {
			property := "policy"
			if tt.typ == role {
				property = "assumeRolePolicy"
			}
			got := check(tt.typ, object{property: tt.policy})
			require.NotEmpty(t, got)
			assert.Contains(t, got[0].Reason, tt.want)
			secret := Check(tt.typ, resource.PropertyMap{
				resource.PropertyKey(property): resource.MakeSecret(resource.NewStringProperty(tt.policy)),
			})
			require.NotEmpty(t, secret)
			assert.NotContains(t, secret[0].Reason, tt.want, "nothing of a secret policy is shown")
		})
	}
}

// Unknown values pass; outputs are read through; secrets are tested and not shown.
func TestMarkedValues(t *testing.T) {
	const typ = "aws:ecr/repository:Repository"
	text := resource.NewStringProperty("SECRET-NAME")
	assert.Empty(t, Check(typ, resource.PropertyMap{"name": resource.MakeComputed(text)}))
	assert.Empty(t, Check(typ, resource.PropertyMap{"name": resource.NewOutputProperty(resource.Output{Element: text})}))
	for _, v := range []resource.PropertyValue{
		resource.MakeSecret(text),
		resource.NewOutputProperty(resource.Output{Element: text, Known: true, Secret: true}),
	} {
		got := Check(typ, resource.PropertyMap{"name": v})
		require.Len(t, got, 1)
		assert.NotContains(t, got[0].String(), "SECRET-NAME")
	}
	assert.NotEmpty(t, Check(typ, resource.PropertyMap{
		"name": resource.NewOutputProperty(resource.Output{Element: text, Known: true}),
	}))
	assert.Empty(t, Check("aws:glue/job:Job", resource.PropertyMap{"name": text}), "no rules, no failures")
}
