package googlerules

import (
	"fmt"
	"net/netip"
	"regexp"
)

const (
	nameSource    = "https://cloud.google.com/compute/docs/naming-resources"
	networkSource = "https://cloud.google.com/vpc/docs/vpc"
	mtuSource     = "https://cloud.google.com/vpc/docs/mtu"
	subnetSource  = "https://cloud.google.com/vpc/docs/subnets"
	routerSource  = "https://cloud.google.com/compute/docs/reference/rest/v1/routers"
	natSource     = "https://cloud.google.com/nat/docs/ports-and-addresses"
	addressSource = "https://cloud.google.com/compute/docs/reference/rest/v1/addresses"
)

var computeName = regexp.MustCompile(`^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$`)

// isComputeName wants the name of a resource of Compute Engine.
var isComputeName = pattern(computeName, `it must match ^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$: 1 to 63 lower-case letters, digits and hyphens, beginning with a letter`)

var _ = register("gcp:compute/network:Network", table{values: []row{
	{"name", isComputeName, nameSource},
	{"mtu", between(1300, 8896), mtuSource},
	{"routingMode", oneOf("REGIONAL", "GLOBAL", ""), networkSource},
	{"networkFirewallPolicyEnforcementOrder", oneOf("BEFORE_CLASSIC_FIREWALL", "AFTER_CLASSIC_FIREWALL", ""), firewallSource},
}})

var purposes = []string{"PRIVATE_RFC_1918", "PRIVATE", "REGIONAL_MANAGED_PROXY", "GLOBAL_MANAGED_PROXY", "PRIVATE_SERVICE_CONNECT",
	"PRIVATE_NAT", "INTERNAL_HTTPS_LOAD_BALANCER", "PEER_MIGRATION"}

var _ = register("gcp:compute/subnetwork:Subnetwork", table{
	values: []row{
		{"name", isComputeName, nameSource},
		{"region", isRegion, regionSource},
		{"ipCidrRange", subnetRange, subnetSource},
		{"secondaryIpRanges[].ipCidrRange", subnetRange, subnetSource},
		{"secondaryIpRanges[].rangeName", isComputeName, nameSource},
		{"purpose", oneOf(purposes...), "https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks"},
		{"role", oneOf("ACTIVE", "BACKUP", ""), subnetSource},
		{"stackType", oneOf("IPV4_ONLY", "IPV4_IPV6", ""), subnetSource},
		{"privateIpv6GoogleAccess", optional(oneOf("DISABLE_GOOGLE_ACCESS", "ENABLE_OUTBOUND_VM_ACCESS_TO_GOOGLE", "ENABLE_BIDIRECTIONAL_ACCESS_TO_GOOGLE")), subnetSource},
		{"logConfig.flowSampling", between(0, 1), "https://cloud.google.com/vpc/docs/flow-logs"},
	},
	whole: overlapping,
})

// forbidden ranges are those that a subnet cannot have.
var forbidden = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("224.0.0.0/4"), netip.MustParsePrefix("255.255.255.255/32"),
	netip.MustParsePrefix("199.36.153.4/30"), netip.MustParsePrefix("199.36.153.8/30"),
}

// subnetRange wants a range of a subnet: /4 to /29, without host bits.
var subnetRange = text(func(v string) string {
	p, err := netip.ParsePrefix(v)
	switch {
	case err != nil || !p.Addr().Is4():
		return "it is a range of IPv4 addresses, such as 10.128.0.0/20"
	case p.Masked() != p:
		return fmt.Sprintf("an address after the prefix is not allowed; did you mean %q?", p.Masked())
	case p.Bits() < 4 || p.Bits() > 29:
		return "a subnet's range has a prefix of /4 to /29"
	}
	for _, f := range forbidden {
		if f.Overlaps(p) {
			return fmt.Sprintf("it overlaps %s, which no subnet can have", f)
		}
	}
	return ""
})

// overlapping refuses ranges of one subnet that overlap each other.
func overlapping(in inputs) []Failure {
	var out []Failure
	var seen []netip.Prefix
	try := func(at, v string) {
		p, err := netip.ParsePrefix(v)
		if err != nil {
			return
		}
		for _, other := range seen {
			if other.Overlaps(p) {
				out = append(out, Failure{Property: at, Reason: fmt.Sprintf("%s overlaps %s of the same subnet", p, other), Source: subnetSource})
				return
			}
		}
		seen = append(seen, p)
	}
	try("ipCidrRange", in.Str("ipCidrRange"))
	if v, given, known := in.Get("secondaryIpRanges"); given && known && v.IsArray() {
		for i, e := range v.ArrayValue() {
			if e.IsObject() {
				try(fmt.Sprintf("secondaryIpRanges[%d].ipCidrRange", i), inputs(e.ObjectValue()).Str("ipCidrRange"))
			}
		}
	}
	return out
}

var _ = register("gcp:compute/router:Router", table{
	values: []row{
		{"name", isComputeName, nameSource},
		{"region", isRegion, regionSource},
		{"bgp.advertiseMode", oneOf("DEFAULT", "CUSTOM", ""), routerSource},
		{"bgp.keepaliveInterval", between(20, 60), routerSource},
		{"bgp.asn", asn, routerSource},
	},
})

// asn wants a private number of an autonomous system, or Google's own.
func asn(s subject) string {
	n := s.Value
	if !n.IsNumber() {
		return ""
	}
	if v := n.NumberValue(); v >= 64512 && v <= 65534 || v >= 4200000000 && v <= 4294967294 || v == 16550 {
		return ""
	}
	return fmt.Sprintf("invalid value for %s (it is a private ASN: 64512 to 65534, 4200000000 to 4294967294, or 16550), got %s", s.Name, s.Show())
}

var _ = register("gcp:compute/routerNat:RouterNat", table{
	values: []row{
		{"name", pattern(regexp.MustCompile(`^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])$`), "a NAT's name has 2 to 63 lower-case letters, digits and hyphens, beginning with a letter"), nameSource},
		{"region", isRegion, regionSource},
		{"natIpAllocateOption", oneOf("MANUAL_ONLY", "AUTO_ONLY", ""), natSource},
		{"sourceSubnetworkIpRangesToNat", oneOf("ALL_SUBNETWORKS_ALL_IP_RANGES", "ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES", "LIST_OF_SUBNETWORKS"), natSource},
		{"logConfig.filter", oneOf("ERRORS_ONLY", "TRANSLATIONS_ONLY", "ALL"), "https://cloud.google.com/nat/docs/monitoring"},
		{"type", oneOf("PUBLIC", "PRIVATE", ""), natSource},
		{"autoNetworkTier", oneOf("PREMIUM", "STANDARD"), natSource},
		{"minPortsPerVm", between(0, 65536), natSource},
		{"maxPortsPerVm", between(0, 65536), natSource},
	},
	whole: wholeNAT,
})

func wholeNAT(in inputs) []Failure {
	var out []Failure
	fail := func(property, reason string) {
		out = append(out, Failure{Property: property, Reason: reason, Source: natSource})
	}
	switch option := in.Str("natIpAllocateOption"); {
	case option == "MANUAL_ONLY" && !in.Given("natIps"):
		fail("natIps", "natIpAllocateOption MANUAL_ONLY needs natIps")
	case option == "AUTO_ONLY" && in.Given("natIps"):
		fail("natIps", "natIpAllocateOption AUTO_ONLY excludes natIps")
	}
	switch source := in.Str("sourceSubnetworkIpRangesToNat"); {
	case source == "LIST_OF_SUBNETWORKS" && !in.Given("subnetworks"):
		fail("subnetworks", "sourceSubnetworkIpRangesToNat LIST_OF_SUBNETWORKS needs subnetworks")
	case source != "" && source != "LIST_OF_SUBNETWORKS" && in.Given("subnetworks"):
		fail("subnetworks", "subnetworks needs sourceSubnetworkIpRangesToNat LIST_OF_SUBNETWORKS")
	}
	return out
}

var _ = register("gcp:compute/address:Address", table{
	values: []row{
		{"name", isComputeName, nameSource},
		{"region", isRegion, regionSource},
		{"addressType", oneOf("INTERNAL", "EXTERNAL", ""), addressSource},
		{"networkTier", oneOf("PREMIUM", "STANDARD", ""), addressSource},
		{"ipVersion", oneOf("IPV4", "IPV6", ""), addressSource},
		{"purpose", optional(oneOf("GCE_ENDPOINT", "SHARED_LOADBALANCER_VIP", "VPC_PEERING", "IPSEC_INTERCONNECT", "PRIVATE_SERVICE_CONNECT")), addressSource},
		{"address", optional(text(func(v string) string {
			if _, err := netip.ParseAddr(v); err != nil {
				return "it is an IP address"
			}
			return ""
		})), addressSource},
	},
	whole: func(in inputs) []Failure {
		external := in.Str("addressType") != "INTERNAL"
		if v, _, known := in.Get("addressType"); !known && v.V != nil {
			return nil
		}
		if external && (in.Given("subnetwork") || in.Given("purpose")) {
			return []Failure{{Property: "addressType", Reason: "subnetwork and purpose need the addressType INTERNAL", Source: addressSource}}
		}
		return nil
	},
})
