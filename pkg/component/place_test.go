package component_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/component"
	"github.com/dorc-dev/dorc/pkg/component/componenttest"
)

func TestFindPlace(t *testing.T) {
	for _, test := range []struct {
		name, region, account string
		want                  component.Place
	}{
		{"given", "cn-north-1", "000000000000", component.Place{Partition: "aws-cn", Region: "cn-north-1", Account: "000000000000"}},
		{"asked", "", "", component.Place{Partition: "aws", Region: componenttest.Region, Account: componenttest.Account}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := componenttest.Run(componenttest.Options{}, func(ctx *pulumi.Context) error {
				got, err := component.FindPlace(ctx, test.region, test.account)
				if got != test.want {
					t.Errorf("got %+v, want %+v", got, test.want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestPartition(t *testing.T) {
	for region, want := range map[string]string{
		"eu-west-2": "aws", "us-east-1": "aws", "cn-northwest-1": "aws-cn", "us-gov-east-1": "aws-us-gov",
		"us-iso-east-1": "aws-iso", "us-isob-east-1": "aws-iso-b", "eu-isoe-west-1": "aws-iso-e", "eusc-de-east-1": "aws-eusc",
	} {
		if got := component.Partition(region); got != want {
			t.Errorf("Partition(%q) = %q, want %q", region, got, want)
		}
	}
}

func TestARN(t *testing.T) {
	p := component.Place{Partition: "aws-cn", Region: "cn-north-1", Account: "123456789012"}
	for got, want := range map[string]string{
		p.ARN("lambda", "function:f"):  "arn:aws-cn:lambda:cn-north-1:123456789012:function:f",
		p.BucketARN("b"):               "arn:aws-cn:s3:::b",
		p.Integration("lambda:invoke"): "arn:aws-cn:states:::lambda:invoke",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
