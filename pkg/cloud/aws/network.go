package aws

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
)

func (n Network) check() string { return "network of " + n.Environment }

// networkOf asks whether an environment's VPC and subnets exist, and belong
// together. Filters find what exists; ids would fail at the first that does not.
func (c checker) networkOf(ctx context.Context, n Network) []Finding {
	name := n.check()
	vpcs, err := c.network.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{Filters: filter("vpc-id", n.VPC)})
	if err != nil {
		return []Finding{notSeen(name, "ec2:DescribeVpcs", err)}
	}
	subnets, err := c.subnets(ctx, n.Subnets)
	if err != nil {
		return []Finding{notSeen(name, "ec2:DescribeSubnets", err)}
	}
	var found []Finding
	missing := func(summary, detail, hint string) {
		found = append(found, Finding{Check: name, Level: check.Missing, Summary: summary, Detail: detail, Hint: hint})
	}
	place := fmt.Sprintf("in %s of account %s", c.Region, c.Account)
	if len(vpcs.Vpcs) == 0 {
		missing("the VPC does not exist", fmt.Sprintf("there is no %s %s", n.VPC, place), "set vpc_id to a VPC of the account and region")
	}
	var absent, other []string
	for _, id := range n.Subnets {
		vpc, exists := subnets[id]
		switch {
		case !exists:
			absent = append(absent, id)
		case vpc != n.VPC:
			other = append(other, id+" (of "+vpc+")")
		}
	}
	if len(absent) > 0 {
		missing("subnets do not exist", fmt.Sprintf("there is no %s %s", strings.Join(absent, ", "), place),
			"set private_subnet_ids to subnets of the VPC")
	}
	if len(other) > 0 {
		missing("subnets are of another VPC", fmt.Sprintf("%s; vpc_id is %s", strings.Join(other, ", "), n.VPC),
			"set private_subnet_ids to subnets of the VPC")
	}
	if len(found) == 0 {
		summary := fmt.Sprintf("%s with %d subnets", n.VPC, len(n.Subnets))
		found = []Finding{{Check: name, Level: check.OK, Summary: summary}}
	}
	return found
}

// subnets are the VPCs of those that exist, by id.
func (c checker) subnets(ctx context.Context, ids []string) (map[string]string, error) {
	found := map[string]string{}
	// A filter takes 200 values (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html).
	for part := range slices.Chunk(ids, 200) {
		answer, err := c.network.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{Filters: filter("subnet-id", part...)})
		if err != nil {
			return nil, err
		}
		for _, s := range answer.Subnets {
			found[aws.ToString(s.SubnetId)] = aws.ToString(s.VpcId)
		}
	}
	return found, nil
}

func filter(name string, values ...string) []types.Filter {
	return []types.Filter{{Name: &name, Values: values}}
}

func notSeen(name, action string, err error) Finding {
	kind, reason := faultOf(err)
	return Finding{
		Check: name, Level: check.Warning, Fault: kind, Summary: "whether the VPC and its subnets exist is not known", Detail: reason,
		Hint: "allow " + action + " to have it checked",
	}
}
