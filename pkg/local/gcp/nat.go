package gcp

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"strings"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/compute"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	routerType  = "gcp:compute/router:Router"
	natType     = "gcp:compute/routerNat:RouterNat"
	addressType = "gcp:compute/address:Address"

	natPath = "{project}/{region}/{router}/{name}"
)

// natKinds are what lets a private network out.
var natKinds = []*kind{
	inCompute(routerPath, &kind{
		Token: routerType, Facts: "google_compute_router",
		Args: provider.ArgsOf[compute.RouterArgs](), State: provider.TypeOf[compute.Router](),
		Noun:       "Router",
		Operations: operations{Create: "routers.insert", Update: "routers.patch", Delete: "routers.delete"},
		Outputs: []output{
			selfLink(routerPath), regionOutput, link("network", networkPath),
			{Name: "creationTimestamp", Once: true, Value: func(c *call) any { return computeTime(c) }},
		},
		Verify: verifyRouter,
		Children: []child{{Token: natType, Prefix: func(c *call) string {
			return fmt.Sprintf("%s/%s/%s/", project(c), region(c), c.Str("name"))
		}}},
	}),
	inCompute(natPath, natKind),
	inCompute(addressPath, &kind{
		Token: addressType, Facts: "google_compute_address",
		Args: provider.ArgsOf[compute.AddressArgs](), State: provider.TypeOf[compute.Address](),
		Rename: effective, Noun: "Address",
		Operations: operations{Create: "addresses.insert", Update: "addresses.setLabels", Delete: "addresses.delete"},
		Outputs: []output{
			selfLink(addressPath), regionOutput, link("network", networkPath), link("subnetwork", subnetworkPath),
			{Name: "creationTimestamp", Once: true, Value: func(c *call) any { return computeTime(c) }},
			{Name: "address", Once: true, Value: addressOf},
			{Name: "labelFingerprint", Value: func(c *call) any { return etag(path(addressPath)(c)) }},
			{Name: "networkTier", Value: func(c *call) any {
				if c.Str("addressType") == "INTERNAL" {
					return ""
				}
				return "PREMIUM"
			}},
			constant("prefixLength", 0.0),
			{Name: "purpose", Value: func(c *call) any {
				if c.Str("addressType") == "INTERNAL" {
					return "GCE_ENDPOINT"
				}
				return ""
			}},
			constant("users", []any{}),
		},
		Verify: func(c *call) error {
			if err := verifyReference(c, networkType, c.Str("network"), networkPath); err != nil {
				return err
			}
			return verifyReference(c, subnetworkType, c.Str("subnetwork"), subnetworkPath)
		},
		Remove: func(c *call) error { return refuseInUse(c, "natIps", natType) },
	}),
}

// verifyRouter fails when the network does not exist, or would be exchanged.
func verifyRouter(c *call) error {
	if err := verifyReference(c, networkType, c.Str("network"), networkPath); err != nil {
		return err
	}
	if was := text(c.Old["network"]); was != "" && was != computeURL+resolve(c, c.Str("network"), networkPath) {
		return provider.Refuse("invalid", "Invalid value for field 'resource.network': a router's network cannot be changed.")
	}
	return nil
}

// natKind is a part of a router that Pulumi has as a resource of its own.
var natKind = &kind{
	Token: natType, Facts: "google_compute_router_nat",
	Args: provider.ArgsOf[compute.RouterNatArgs](), State: provider.TypeOf[compute.RouterNat](),
	Noun:       "Router NAT",
	Operations: operations{Create: "routers.patch", Update: "routers.patch", Delete: "routers.patch"},
	Outputs: []output{
		regionOutput,
		constant("autoNetworkTier", "PREMIUM"), constant("enableDynamicPortAllocation", false),
		constant("enableEndpointIndependentMapping", false), constant("endpointTypes", []any{"ENDPOINT_TYPE_VM"}),
		constant("minPortsPerVm", 0.0),
	},
	Verify: verifyNAT,
}

func verifyNAT(c *call) error {
	if err := verifyReference(c, routerType, c.Str("router"), routerPath); err != nil {
		return err
	}
	for _, list := range []string{"natIps", "drainNatIps"} {
		for _, address := range c.Strings(list) {
			if err := verifyReference(c, addressType, address, addressPath); err != nil {
				return err
			}
		}
	}
	for i := range c.List("subnetworks") {
		if err := verifyReference(c, subnetworkType, c.Str("subnetworks", i, "name"), subnetworkPath); err != nil {
			return err
		}
	}
	if c.Old != nil || c.Str("sourceSubnetworkIpRangesToNat") == "LIST_OF_SUBNETWORKS" {
		return nil
	}
	// One NAT may serve all subnets of a network in a region.
	router := strings.TrimSuffix(c.ID, c.Str("name"))
	other, err := usedBy(c, natType, func(d *cloud.Document) bool {
		return strings.HasPrefix(d.ID, router) && d.ID != c.ID && d.Outputs["sourceSubnetworkIpRangesToNat"] != "LIST_OF_SUBNETWORKS"
	})
	if err == nil && other != "" {
		return provider.Refuse("invalid", "Invalid value for field 'resource.nats': the router has a NAT for all subnetworks already: %s", last(other))
	}
	return err
}

// documentation are ranges that nobody has, https://www.rfc-editor.org/rfc/rfc5737.
var documentation = []string{"192.0.2.", "198.51.100.", "203.0.113."}

// addressOf makes up an address: an external one that nobody has, or one of the subnet.
func addressOf(c *call) any {
	sum := sha256.Sum256([]byte(path(addressPath)(c)))
	if c.Str("addressType") != "INTERNAL" {
		return fmt.Sprintf("%s%d", documentation[int(sum[0])%len(documentation)], 1+int(sum[1])%254)
	}
	doc, err := c.Get(subnetworkType, resolve(c, c.Str("subnetwork"), subnetworkPath))
	if err != nil || doc == nil {
		return "" // a network's default subnet, which is not here
	}
	p, err := netip.ParsePrefix(text(doc.Outputs["ipCidrRange"]))
	if err != nil {
		return ""
	}
	// The first two addresses of a subnet and the last two are Google's.
	at := p.Masked().Addr()
	for range 2 + int(sum[1])%4 {
		at = at.Next()
	}
	return at.String()
}
