package gcp

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// computeURL begins the addresses of Compute Engine's resources.
const computeURL = "https://www.googleapis.com/compute/v1/"

const (
	networkPath    = "projects/{project}/global/networks/{name}"
	subnetworkPath = "projects/{project}/regions/{region}/subnetworks/{name}"
	routerPath     = "projects/{project}/regions/{region}/routers/{name}"
	addressPath    = "projects/{project}/regions/{region}/addresses/{name}"
	firewallPath   = "projects/{project}/global/firewalls/{name}"
)

// inCompute completes the description of a resource of Compute Engine.
func inCompute(pattern string, k *kind) *kind {
	k.Service = "Compute Engine"
	k.Auto = &autoname{Property: "name", Max: 63, Lower: true}
	k.ID = path(pattern)
	k.Canonical = func(p *Provider, id string) string { return canonical(pattern)(p, strings.TrimPrefix(id, computeURL)) }
	k.Outputs = append(k.Outputs, projectOutput)
	if k.Same == nil {
		k.Same = sameReference
	}
	k.Exists = func(c *call) *refusal { return alreadyExists("The resource '%s' already exists", c.ID) }
	k.Missing = func(c *call) *refusal { return noResource(c.ID) }
	return behind(computeAPI, k)
}

// selfLink is the output with the resource's address.
func selfLink(pattern string) output {
	id := path(pattern)
	return output{Name: "selfLink", Value: func(c *call) any { return computeURL + id(c) }}
}

func noResource(id string) *refusal { return notFound("The resource '%s' was not found", id) }

// resolve gives the ID that a reference stands for: an address, the ID itself, the
// part of it behind the project, or the name alone, for which pattern has the rest.
func resolve(c *call, reference, pattern string) string {
	if reference == "" {
		return ""
	}
	for _, prefix := range []string{computeURL, "https://compute.googleapis.com/compute/v1/", "https://www.googleapis.com/compute/beta/"} {
		reference = strings.TrimPrefix(reference, prefix)
	}
	switch {
	case strings.HasPrefix(reference, "projects/"):
		return reference
	case strings.Contains(reference, "/"):
		return "projects/" + project(c) + "/" + reference
	}
	return fill(pattern, func(name string) string {
		switch name {
		case "project":
			return project(c)
		case "region":
			return region(c)
		}
		return reference
	})
}

// link is the output that has an input's reference as an address, as Compute
// Engine returns it. Without the input there is none.
func link(property, pattern string) output {
	return output{Name: property, Over: true, Value: func(c *call) any {
		if id := resolve(c, c.Str(property), pattern); id != "" {
			return computeURL + id
		}
		return nil
	}}
}

// references are properties that name other resources.
var references = []string{"network", "subnetwork", "router", "region"}

// sameReference reports whether two texts name the same: an address ends in the
// shorter form of it.
func sameReference(property, old, now string) bool {
	if old == now {
		return true
	}
	long, short := old, now
	if len(short) > len(long) {
		long, short = short, long
	}
	return slices.Contains(references, property) && strings.HasSuffix(long, "/"+short)
}

// verifyReference fails when a reference names what does not exist.
func verifyReference(c *call, typ tokens.Type, reference, pattern string) error {
	id := resolve(c, reference, pattern)
	if id == "" {
		return nil
	}
	return exists(c, typ, id, func() *refusal { return noResource(id) })
}

// usedBy finds a resource of a type that uses this one.
func usedBy(c *call, typ tokens.Type, uses func(*cloud.Document) bool) (string, error) {
	docs, err := c.P.Store.List(string(typ))
	if err != nil {
		return "", err
	}
	for _, doc := range docs {
		if uses(doc) {
			return doc.ID, nil
		}
	}
	return "", nil
}

// refuseInUse fails as Compute Engine does when resources of the types have this
// one's address in a property.
func refuseInUse(c *call, property string, types ...tokens.Type) error {
	for _, typ := range types {
		user, err := usedBy(c, typ, func(d *cloud.Document) bool { return mentions(d.Outputs[property], c.ID) })
		if err != nil {
			return err
		}
		if user != "" {
			return provider.Refuse("resourceInUseByAnotherResource", "The %s resource '%s' is already being used by '%s'",
				strings.ToLower(c.Kind.Noun), c.ID, user)
		}
	}
	return nil
}

// mentions reports whether a property, or an element of it, is the address of an ID.
func mentions(v any, id string) bool {
	switch v := v.(type) {
	case string:
		return v == id || strings.HasSuffix(v, "/"+id)
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return mentions(e, id) })
	case map[string]any:
		return mentions(v["name"], id)
	}
	return false
}
