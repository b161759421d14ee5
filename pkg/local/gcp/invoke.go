package gcp

import (
	"fmt"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/organizations"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/dorc-dev/dorc/pkg/googlerules"
	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// functions are the data sources that the local Google Cloud answers.
var functions = map[tokens.ModuleMember]provider.Function{
	"gcp:organizations/getProject:getProject":                           getProject,
	"gcp:organizations/getClientConfig:getClientConfig":                 getClientConfig,
	"gcp:organizations/getClientOpenIdUserInfo:getClientOpenIdUserInfo": getClientUser,
}

var projectArgs = provider.NewArguments("Resource Manager", "project", provider.TypeOf[organizations.LookupProjectArgs]())

// getProject describes a project: one that a stack made, or one that is taken to exist.
func getProject(p *Provider, args resource.PropertyMap) (object, []plugin.CheckFailure) {
	if failures := projectArgs.Check(args); len(failures) > 0 {
		return nil, failures
	}
	id := p.Account
	if v := args["projectId"]; v.IsString() && v.StringValue() != "" {
		id = last(v.StringValue())
	}
	if !googlerules.IsProject(id) {
		return nil, []plugin.CheckFailure{{Property: "projectId", Reason: fmt.Sprintf("%q cannot be the ID of a project", id)}}
	}
	out := object{
		"id": "projects/" + id, "projectId": id, "name": id, "number": number(id), "autoCreateNetwork": false,
		"billingAccount": "", "deletionPolicy": "", "folderId": "", "orgId": "", "skipDelete": false,
		"labels": object{}, "effectiveLabels": object{}, "pulumiLabels": object{},
	}
	doc, err := p.Get(projectType, "projects/"+id)
	if err != nil {
		return nil, []plugin.CheckFailure{{Property: "projectId", Reason: err.Error()}}
	}
	if doc != nil {
		for name := range out {
			if v, ok := doc.Outputs[name]; ok {
				out[name] = v
			}
		}
	}
	return out, nil
}

// getClientConfig describes the provider. There is no token: nothing asks for one.
func getClientConfig(p *Provider, _ resource.PropertyMap) (object, []plugin.CheckFailure) {
	return object{
		"id":      fmt.Sprintf("projects/%q/regions/%q/zones/%q", p.Account, p.Region, p.Zone),
		"project": p.Account, "region": p.Region, "zone": p.Zone, "accessToken": "",
	}, nil
}

// getClientUser describes who applies.
func getClientUser(*Provider, resource.PropertyMap) (object, []plugin.CheckFailure) {
	const address = "local@example.com"
	return object{"id": address, "email": address}, nil
}
