package google

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// needs are the permissions by which the plugin creates, changes and deletes a
// resource type. Source: the pages below https://cloud.google.com/iam/docs/permissions-reference.
var needs = map[string][]string{
	"dorc:artifact:Deployment": append(in("storage.objects", "create", "delete", "get", "list", "update"),
		"composer.environments.get"),
	"dorc:image:Image":                                             in("artifactregistry.repositories", "downloadArtifacts", "uploadArtifacts"),
	"gcp:artifactregistry/repository:Repository":                   in("artifactregistry.repositories", "create", "delete", "get", "update"),
	"gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": in("artifactregistry.repositories", "getIamPolicy", "setIamPolicy"),
	"gcp:bigquery/dataset:Dataset":                                 in("bigquery.datasets", "create", "delete", "get", "update"),
	"gcp:bigquery/datasetIamMember:DatasetIamMember":               in("bigquery.datasets", "get", "getIamPolicy", "setIamPolicy", "update"),
	"gcp:cloudscheduler/job:Job": append(in("cloudscheduler.jobs", "create", "delete", "enable", "get", "pause", "update"),
		"iam.serviceAccounts.actAs"),
	"gcp:compute/address:Address":       in("compute.addresses", "create", "delete", "get", "setLabels", "use"),
	"gcp:compute/firewall:Firewall":     append(in("compute.firewalls", "create", "delete", "get", "update"), "compute.networks.updatePolicy"),
	"gcp:compute/network:Network":       in("compute.networks", "create", "delete", "get", "updatePolicy"),
	"gcp:compute/router:Router":         append(in("compute.routers", "create", "delete", "get", "update"), "compute.networks.updatePolicy"),
	"gcp:compute/routerNat:RouterNat":   in("compute.routers", "get", "update"),
	"gcp:compute/subnetwork:Subnetwork": in("compute.subnetworks", "create", "delete", "get", "update"),
	"gcp:composer/environment:Environment": append(in("composer.environments", "create", "delete", "get", "update"),
		"composer.imageversions.list", "composer.operations.get", "iam.serviceAccounts.actAs"),
	"gcp:organizations/project:Project":                 in("resourcemanager.projects", "delete", "get"),
	"gcp:projects/iAMMember:IAMMember":                  in("resourcemanager.projects", "getIamPolicy", "setIamPolicy"),
	"gcp:projects/service:Service":                      in("serviceusage.services", "enable", "get", "list"),
	"gcp:secretmanager/secret:Secret":                   in("secretmanager.secrets", "create", "delete", "get", "update"),
	"gcp:secretmanager/secretIamMember:SecretIamMember": in("secretmanager.secrets", "getIamPolicy", "setIamPolicy"),
	"gcp:secretmanager/secretVersion:SecretVersion":     append(in("secretmanager.versions", "access", "destroy", "enable", "get"), "secretmanager.versions.add"),
	"gcp:serviceaccount/account:Account":                in("iam.serviceAccounts", "create", "delete", "get", "update"),
	"gcp:serviceaccount/iAMMember:IAMMember":            in("iam.serviceAccounts", "getIamPolicy", "setIamPolicy"),
	"gcp:storage/bucket:Bucket":                         in("storage.buckets", "create", "delete", "get", "update"),
	"gcp:storage/bucketIAMMember:BucketIAMMember":       in("storage.buckets", "getIamPolicy", "setIamPolicy"),
	"gcp:storage/bucketObject:BucketObject":             in("storage.objects", "create", "delete", "get", "list"),
	"gcp:workflows/workflow:Workflow": append(in("workflows.workflows", "create", "delete", "get", "update"),
		"iam.serviceAccounts.actAs", "workflows.operations.get"),
}

func in(what string, verbs ...string) []string {
	var all []string
	for _, v := range verbs {
		all = append(all, what+"."+v)
	}
	return all
}

// Permissions are what resources of these types need, sorted, each once. A type
// that dorc's own programs do not make needs nothing that is known here.
func Permissions(types []string) []string {
	found := map[string]bool{}
	for _, t := range types {
		for _, p := range needs[t] {
			found[p] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// byRole are the roles that have the permissions, each once, and lines such as
// "roles/x (a, b)". A role that another of them has whole is left out.
func byRole(permissions []string) (roles, lines []string) {
	groups := map[string][]string{}
	for _, p := range permissions {
		groups[Role(p)] = append(groups[Role(p)], p)
	}
	for wide, narrow := range within {
		for _, role := range narrow {
			if len(groups[wide]) > 0 && len(groups[role]) > 0 {
				groups[wide] = append(groups[wide], groups[role]...)
				delete(groups, role)
			}
		}
	}
	for _, role := range slices.Sorted(maps.Keys(groups)) {
		name := role
		if name == "" {
			name = "a role of your own"
		} else {
			roles = append(roles, role)
		}
		slices.Sort(groups[role])
		lines = append(lines, name+" ("+some(groups[role])+")")
	}
	return roles, lines
}

// some names the first of many.
func some(names []string) string {
	const most = 3
	if len(names) <= most+1 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
