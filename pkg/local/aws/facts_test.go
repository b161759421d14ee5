package aws

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
)

// newer are Pulumi properties that the facts do not have: the provider got them
// after the version that was asked. The key is the type's facts and the path.
var newer = map[string][]string{
	"aws_cloudwatch_event_rule":             {"forceDestroy", "state"},
	"aws_cloudwatch_event_target":           {"appsyncTarget", "forceDestroy", "sagemakerPipelineTarget"},
	"aws_cloudwatch_log_group":              {"logGroupClass"},
	"aws_lambda_function":                   {"loggingConfig"},
	"aws_lambda_function.vpcConfig":         {"ipv6AllowedForDualStack"},
	"aws_sfn_state_machine":                 {"encryptionConfiguration", "publish"},
	"aws_s3_bucket_lifecycle_configuration": {"timeouts", "transitionDefaultMinimumObjectSize"},
	"aws_s3_object":                         {"checksumAlgorithm", "overrideProvider"},
	"aws_sns_topic":                         {"archivePolicy", "fifoThroughputScope"},
}

// uncomputed are outputs that are absent on the local cloud, with the reason.
var uncomputed = map[string]string{
	"aws_s3_bucket.websiteDomain":   "no website without the deprecated property",
	"aws_s3_bucket.websiteEndpoint": "no website without the deprecated property",
}

var ofProvider = providertest.Facts{Cloud: local, Newer: newer, Uncomputed: uncomputed}

func TestArgumentsMatchFacts(t *testing.T) { ofProvider.Arguments(t) }

func TestOutputsMatchFacts(t *testing.T) { ofProvider.Outputs(t) }

func TestKindsNameRealProperties(t *testing.T) {
	ofProvider.Properties(t)
	for own := range inline {
		assert.Contains(t, bucketKind.Schema().Props, own)
	}
}
