package awsid_test

import (
	"testing"

	"github.com/dorc-dev/dorc/internal/awsid"
)

func TestIsAccount(t *testing.T) {
	for s, want := range map[string]bool{
		"000000000000": true, "123456789012": true,
		"": false, "12345678901": false, "1234567890123": false, "12345678901a": false, "123456789012\n": false,
	} {
		if got := awsid.IsAccount(s); got != want {
			t.Errorf("IsAccount(%q) = %v", s, got)
		}
	}
}

func TestIsRegion(t *testing.T) {
	for s, want := range map[string]bool{
		"eu-west-2": true, "us-gov-east-1": true, "us-isob-east-1": true, "eusc-de-east-1": true, "ap-southeast-7": true,
		"": false, "eu-west": false, "EU-WEST-2": false, "eu_west_2": false, "london": false, "eu-west-2a": false, "eu-west-2\n": false,
	} {
		if got := awsid.IsRegion(s); got != want {
			t.Errorf("IsRegion(%q) = %v", s, got)
		}
	}
}

func TestIsPolicyARN(t *testing.T) {
	for s, want := range map[string]bool{
		"arn:aws:iam::123456789012:policy/mine":                      true,
		"arn:aws:iam::123456789012:policy/team/data/mine":            true,
		"arn:aws:iam::aws:policy/service-role/AWSLambdaRole":         true,
		"arn:aws-us-gov:iam::123456789012:policy/mine":               true,
		"arn:aws:iam::123456789012:role/mine":                        false,
		"arn:aws:iam::123456789012:policy/":                          false,
		"arn:aws:iam::12345:policy/mine":                             false,
		"arn:aws:s3:::bucket":                                        false,
		"AWSLambdaRole":                                              false,
		"arn:aws:iam::123456789012:policy/mine and something behind": false,
	} {
		if got := awsid.IsPolicyARN(s); got != want {
			t.Errorf("IsPolicyARN(%q) = %v", s, got)
		}
	}
}
