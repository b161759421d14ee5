package aws

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// object is plain JSON.
type object = map[string]any

// networkHint says what to do instead of asking for networks.
func networkHint(token string) string {
	if strings.HasPrefix(token, "aws:ec2/get") {
		return ". The local cloud has no network: give the IDs of the VPC and its subnets as text"
	}
	return ""
}

func callerIdentity(p *Provider, _ resource.PropertyMap) (object, []plugin.CheckFailure) {
	return object{
		"id": p.Account, "accountId": p.Account, "userId": uniqueID("AIDA", p.Account),
		"arn": fmt.Sprintf("arn:%s:iam::%s:user/local", partition(p), p.Account),
	}, nil
}

// regionNames are what getRegion describes regions as.
var regionNames = map[string]string{
	"us-east-1": "US East (N. Virginia)", "us-east-2": "US East (Ohio)", "us-west-1": "US West (N. California)",
	"us-west-2": "US West (Oregon)", "ca-central-1": "Canada (Central)", "eu-central-1": "Europe (Frankfurt)",
	"eu-west-1": "Europe (Ireland)", "eu-west-2": "Europe (London)", "eu-west-3": "Europe (Paris)",
	"eu-north-1": "Europe (Stockholm)", "ap-south-1": "Asia Pacific (Mumbai)", "ap-northeast-1": "Asia Pacific (Tokyo)",
	"ap-northeast-2": "Asia Pacific (Seoul)", "ap-southeast-1": "Asia Pacific (Singapore)",
	"ap-southeast-2": "Asia Pacific (Sydney)", "sa-east-1": "South America (Sao Paulo)",
}

func getRegion(p *Provider, args resource.PropertyMap) (object, []plugin.CheckFailure) {
	name := p.Region
	if v := args["name"]; v.IsString() {
		name = v.StringValue()
	}
	if !regionPattern.MatchString(name) {
		return nil, []plugin.CheckFailure{{Property: "name", Reason: fmt.Sprintf("invalid AWS Region: %s", name)}}
	}
	return object{
		"id": name, "name": name, "description": regionNames[name], "endpoint": "ec2." + name + "." + domain(p),
	}, nil
}

func getPartition(p *Provider, _ resource.PropertyMap) (object, []plugin.CheckFailure) {
	reverse := strings.Split(domain(p), ".")
	slices.Reverse(reverse)
	return object{
		"id": partition(p), "partition": partition(p), "dnsSuffix": domain(p),
		"reverseDnsPrefix": strings.Join(reverse, "."),
	}, nil
}
