package naming

import (
	"net/netip"
	"regexp"
	"strings"
)

// The limits of every kind of name that dorc gives. Each source was the page
// that states the rule when it was written down here.
var (
	// repositoryLimit: lower case, and separators only between letters or digits.
	repositoryLimit = limit{
		thing: "ECR repository", min: 2, max: 256,
		pattern: regexp.MustCompile(`^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$`),
		allowed: "a-z and 0-9, with single . _ - or / between them",
		source:  "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html",
	}
	functionLimit = limit{
		thing: "Lambda function", min: 1, max: 64,
		pattern: regexp.MustCompile(`^[a-zA-Z0-9_-]+$`),
		allowed: "a-z, A-Z, 0-9, - and _",
		source:  "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
	}
	// stateMachineLimit is narrower than what Step Functions accepts: CloudWatch
	// Logs needs a name of these characters, and every state machine has a log.
	stateMachineLimit = limit{
		thing: "state machine", min: 1, max: 80,
		pattern: regexp.MustCompile(`^[a-zA-Z0-9_-]+$`),
		allowed: "a-z, A-Z, 0-9, - and _",
		source:  "https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html",
	}
	roleLimit = limit{
		thing: "IAM role", min: 1, max: 64,
		pattern: regexp.MustCompile(`^[a-zA-Z0-9_+=,.@-]+$`),
		allowed: "a-z, A-Z, 0-9 and _ + = , . @ -",
		source:  "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
	}
	ruleLimit = limit{
		thing: "EventBridge rule", min: 1, max: 64,
		pattern: regexp.MustCompile(`^[.\-_A-Za-z0-9]+$`),
		allowed: "a-z, A-Z, 0-9 and . - _",
		source:  "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html",
	}
	logGroupLimit = limit{
		thing: "log group", min: 1, max: 512,
		pattern: regexp.MustCompile(`^[.\-_/#A-Za-z0-9]+$`),
		allowed: "a-z, A-Z, 0-9 and . - _ / #",
		source:  "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
	}
	securityGroupLimit = limit{
		thing: "security group", min: 1, max: 255,
		pattern: regexp.MustCompile(`^[a-zA-Z0-9._:/()#,@\[\]+=&;{}!$*-]+$`),
		allowed: "a-z, A-Z, 0-9 and ._-:/()#,@[]+=&;{}!$*",
		reserved: func(name string) string {
			if strings.HasPrefix(name, "sg-") {
				return "a name cannot begin with sg-"
			}
			return ""
		},
		source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
	}
	bucketLimit = limit{
		thing: "S3 bucket", min: 3, max: 63,
		pattern:  regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*[a-z0-9]$`),
		allowed:  "a-z, 0-9, . and -, with a letter or digit at both ends",
		reserved: reservedBucket,
		source:   "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
	}
)

// reservedBucket knows the bucket names that S3 keeps for itself.
func reservedBucket(name string) string {
	for _, prefix := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(name, prefix) {
			return "a name cannot begin with " + prefix
		}
	}
	for _, suffix := range []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"} {
		if strings.HasSuffix(name, suffix) {
			return "a name cannot end with " + suffix
		}
	}
	if strings.Contains(name, "..") {
		return "a name cannot have two periods in a row"
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return "a name cannot look like an IP address"
	}
	return ""
}
