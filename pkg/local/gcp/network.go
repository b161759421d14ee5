package gcp

import (
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/compute"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	networkType    = "gcp:compute/network:Network"
	subnetworkType = "gcp:compute/subnetwork:Subnetwork"
)

// networkKinds are what a network consists of. There is no network "default": the
// local cloud has what a stack made.
var networkKinds = []*kind{
	inCompute(networkPath, &kind{
		Token: networkType, Facts: "google_compute_network",
		Args: provider.ArgsOf[compute.NetworkArgs](), State: provider.TypeOf[compute.Network](),
		Noun:       "Network",
		Operations: operations{Create: "networks.insert", Update: "networks.patch", Delete: "networks.delete"},
		Outputs: []output{
			selfLink(networkPath),
			constant("gatewayIpv4", ""), constant("internalIpv6Range", ""), constant("mtu", 1460.0), constant("routingMode", "REGIONAL"),
			{Name: "numericId", Value: func(c *call) any { return digits(path(networkPath)(c), 19) }},
		},
		Remove: func(c *call) error {
			if err := refuseInUse(c, "network", subnetworkType, routerType, firewallType, addressType); err != nil {
				return err
			}
			return refuseInEnvironment(c, "network")
		},
	}),
	inCompute(subnetworkPath, &kind{
		Token: subnetworkType, Facts: "google_compute_subnetwork",
		Args: provider.ArgsOf[compute.SubnetworkArgs](), State: provider.TypeOf[compute.Subnetwork](),
		Noun:       "Subnetwork",
		Operations: operations{Create: "subnetworks.insert", Update: "subnetworks.patch", Delete: "subnetworks.delete"},
		// A range can grow in place. https://cloud.google.com/vpc/docs/create-modify-vpc-networks#expand-subnet
		ReplaceIf: func(_ *call, property, old, now string) bool { return property == "ipCidrRange" && !grows(old, now) },
		Outputs: []output{
			selfLink(subnetworkPath), regionOutput, link("network", networkPath),
			{Name: "creationTimestamp", Once: true, Value: func(c *call) any { return computeTime(c) }},
			{Name: "fingerprint", Value: func(c *call) any { return etag(path(subnetworkPath)(c)) }},
			{Name: "gatewayAddress", Value: func(c *call) any { return gateway(c.Str("ipCidrRange")) }},
			constant("allowSubnetCidrRoutesOverlap", false),
			constant("externalIpv6Prefix", ""), constant("internalIpv6Prefix", ""), constant("ipv6CidrRange", ""),
			constant("privateIpGoogleAccess", false), constant("privateIpv6GoogleAccess", "DISABLE_GOOGLE_ACCESS"),
			constant("purpose", "PRIVATE"), constant("secondaryIpRanges", []any{}), constant("stackType", "IPV4_ONLY"),
		},
		Verify: verifySubnetwork,
		Remove: func(c *call) error {
			if err := refuseInUse(c, "subnetwork", addressType); err != nil {
				return err
			}
			return refuseInEnvironment(c, "subnetwork")
		},
	}),
}

// grows reports whether a range of addresses becomes one that contains it.
func grows(old, now string) bool {
	was, err := netip.ParsePrefix(old)
	if err != nil {
		return false
	}
	is, err := netip.ParsePrefix(now)
	return err == nil && is.Bits() <= was.Bits() && is.Contains(was.Addr())
}

// gateway is the first address of a subnet behind the one of the subnet itself.
func gateway(cidr string) any {
	p, err := netip.ParsePrefix(cidr)
	if err != nil {
		return ""
	}
	return p.Masked().Addr().Next().String()
}

// verifySubnetwork fails when the network does not exist or has the addresses already.
func verifySubnetwork(c *call) error {
	if err := verifyReference(c, networkType, c.Str("network"), networkPath); err != nil {
		return err
	}
	network := computeURL + resolve(c, c.Str("network"), networkPath)
	wanted := ranges(provider.PlainMap(c.In))
	docs, err := c.P.Store.List(subnetworkType)
	if err != nil {
		return err
	}
	for _, doc := range docs {
		if doc.ID == c.ID || doc.Outputs["network"] != network {
			continue
		}
		for _, theirs := range ranges(doc.Outputs) {
			for _, ours := range wanted {
				if ours.Overlaps(theirs) {
					return badRequest("Invalid IPCidrRange: %s conflicts with existing subnetwork '%s' in region '%s'.",
						ours, last(doc.ID), regionOfID(doc))
				}
			}
		}
	}
	return nil
}

func regionOfID(doc *cloud.Document) string { return fmt.Sprint(doc.Outputs["region"]) }

// ranges are all ranges of a subnetwork.
func ranges(m map[string]any) []netip.Prefix {
	var out []netip.Prefix
	add := func(v any) {
		if p, err := netip.ParsePrefix(text(v)); err == nil {
			out = append(out, p)
		}
	}
	add(m["ipCidrRange"])
	list, _ := m["secondaryIpRanges"].([]any)
	for _, e := range list {
		if one, ok := e.(map[string]any); ok {
			add(one["ipCidrRange"])
		}
	}
	return out
}
