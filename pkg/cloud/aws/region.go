package aws

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
	"github.com/dorc-dev/dorc/pkg/problem"
)

const checkRegion = "region"

// homeOf is a region of the same partition that every account has. Source:
// https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html.
func homeOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "cn-north-1"
	case strings.HasPrefix(region, "us-gov-"):
		return "us-gov-west-1"
	case strings.HasPrefix(region, "us-iso"), strings.HasPrefix(region, "eu-isoe-"), strings.HasPrefix(region, "eusc-"):
		return region // partitions that are not connected with the others
	default:
		return "us-east-1"
	}
}

// region asks whether the region exists and the account may use it. Who may not
// ask is not kept from working.
func (c checker) region(ctx context.Context) []Finding {
	answer, err := c.home.DescribeRegions(ctx, &ec2.DescribeRegionsInput{AllRegions: aws.Bool(true)})
	if err != nil {
		kind, reason := faultOf(err)
		return []Finding{{
			Check: checkRegion, Level: check.Warning, Fault: kind, Summary: "whether the region exists is not known", Detail: reason,
			Hint: "allow ec2:DescribeRegions to have it checked",
		}}
	}
	var names []string
	for _, r := range answer.Regions {
		name := aws.ToString(r.RegionName)
		names = append(names, name)
		if name != c.Region {
			continue
		}
		if aws.ToString(r.OptInStatus) == "not-opted-in" {
			return []Finding{{
				Check: checkRegion, Level: check.Missing, Summary: "the account does not use the region", Detail: c.Region + " must be enabled first",
				Hint: "enable it in the account's settings (https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html)",
			}}
		}
		return []Finding{{Check: checkRegion, Level: check.OK, Summary: c.Region}}
	}
	hint := "set AWS_REGION, or `region` in the universal configuration, to a region's code"
	if near := problem.Nearest(c.Region, names); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return []Finding{{
		Check: checkRegion, Level: check.Missing, Summary: "the region does not exist", Detail: fmt.Sprintf("it is %q", c.Region), Hint: hint,
	}}
}
