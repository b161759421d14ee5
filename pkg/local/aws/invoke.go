package aws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// functions are the data sources that the local AWS answers.
var functions = map[tokens.ModuleMember]func(*Provider, resource.PropertyMap) (object, []plugin.CheckFailure){
	"aws:index/getCallerIdentity:getCallerIdentity": callerIdentity,
	"aws:index/getRegion:getRegion":                 region,
	"aws:index/getPartition:getPartition":           partition,
	"aws:iam/getPolicyDocument:getPolicyDocument":   policyDocument,
}

// object is plain JSON.
type object = map[string]any

// Invoke answers a data source.
func (p *Provider) Invoke(_ context.Context, req plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	answer, ok := functions[req.Tok]
	if !ok {
		names := make([]string, 0, len(functions))
		for _, n := range slices.Sorted(maps.Keys(functions)) {
			names = append(names, string(n))
		}
		return plugin.InvokeResponse{}, fmt.Errorf(
			"the local cloud does not answer %s. It answers: %s. Set DORC_TARGET=cloud to ask a real account%s",
			req.Tok, strings.Join(names, ", "), networkHint(string(req.Tok)))
	}
	args := normalMap(req.Args)
	if args.ContainsUnknowns() {
		return plugin.InvokeResponse{}, fmt.Errorf("%s was called with a value that is not known before an apply", req.Tok)
	}
	out, failures := answer(p, openMap(args))
	if len(failures) > 0 {
		return plugin.InvokeResponse{Failures: failures}, nil
	}
	props := resource.NewPropertyMapFromMap(out)
	if args.ContainsSecrets() {
		for k, v := range props {
			props[k] = resource.MakeSecret(v)
		}
	}
	return plugin.InvokeResponse{Properties: props}, nil
}

// networkHint says what to do instead of asking for networks.
func networkHint(token string) string {
	if strings.HasPrefix(token, "aws:ec2/get") {
		return ". The local cloud has no network: give the IDs of the VPC and its subnets as text"
	}
	return ""
}

func callerIdentity(p *Provider, _ resource.PropertyMap) (object, []plugin.CheckFailure) {
	return object{
		"id": p.account, "accountId": p.account, "userId": uniqueID("AIDA", p.account),
		"arn": fmt.Sprintf("arn:%s:iam::%s:user/local", p.partition(), p.account),
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

func region(p *Provider, args resource.PropertyMap) (object, []plugin.CheckFailure) {
	name := p.region
	if v := args["name"]; v.IsString() {
		name = v.StringValue()
	}
	if !regionPattern.MatchString(name) {
		return nil, []plugin.CheckFailure{{Property: "name", Reason: fmt.Sprintf("invalid AWS Region: %s", name)}}
	}
	return object{
		"id": name, "name": name, "description": regionNames[name], "endpoint": "ec2." + name + "." + p.domain(),
	}, nil
}

func partition(p *Provider, _ resource.PropertyMap) (object, []plugin.CheckFailure) {
	reverse := strings.Split(p.domain(), ".")
	slices.Reverse(reverse)
	return object{
		"id": p.partition(), "partition": p.partition(), "dnsSuffix": p.domain(),
		"reverseDnsPrefix": strings.Join(reverse, "."),
	}, nil
}
