// Package awsid knows the shapes of AWS's identifiers: accounts, regions and
// ARNs of policies. It asks no cloud whether what they name exists.
package awsid

import "regexp"

var (
	account = regexp.MustCompile(`^[0-9]{12}$`)
	// Regions of all partitions: eu-west-2, us-gov-east-1, us-isob-east-1, eusc-de-east-1.
	region = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$`)
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
	policyARN = regexp.MustCompile(`^arn:aws(-[a-z]+)*:iam::(aws|[0-9]{12}):policy/([\x21-\x7e]*/)?[A-Za-z0-9_+=,.@-]{1,128}$`)
)

// IsAccount says that s has twelve digits.
func IsAccount(s string) bool { return account.MatchString(s) }

// IsRegion says that s looks like a region of any partition.
func IsRegion(s string) bool { return region.MatchString(s) }

// IsPolicyARN says that s looks like the ARN of a managed IAM policy, AWS's or
// an account's own.
func IsPolicyARN(s string) bool { return policyARN.MatchString(s) }
