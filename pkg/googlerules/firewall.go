package googlerules

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
)

const (
	firewallSource = "https://cloud.google.com/firewall/docs/firewalls"
	tagSource      = "https://cloud.google.com/vpc/docs/add-remove-network-tags"
)

var (
	protocol   = regexp.MustCompile(`^(tcp|udp|icmp|esp|ah|sctp|ipip|all|[0-9]{1,3})$`)
	networkTag = regexp.MustCompile(`^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$`)
)

var _ = register("gcp:compute/firewall:Firewall", table{
	values: []row{
		{"name", isComputeName, nameSource},
		{"direction", oneOf("INGRESS", "EGRESS", ""), firewallSource},
		{"priority", between(0, 65535), firewallSource},
		{"allows[].protocol", isProtocol, firewallSource},
		{"denies[].protocol", isProtocol, firewallSource},
		{"allows[].ports[]", portRange, firewallSource},
		{"denies[].ports[]", portRange, firewallSource},
		{"sourceRanges[]", addressRange, firewallSource},
		{"destinationRanges[]", addressRange, firewallSource},
		{"sourceTags[]", pattern(networkTag, "a network tag has 1 to 63 lower-case letters, digits and hyphens"), tagSource},
		{"targetTags[]", pattern(networkTag, "a network tag has 1 to 63 lower-case letters, digits and hyphens"), tagSource},
		{"logConfig.metadata", oneOf("EXCLUDE_ALL_METADATA", "INCLUDE_ALL_METADATA"), "https://cloud.google.com/firewall/docs/firewall-rules-logging"},
	},
	whole: wholeFirewall,
})

var isProtocol = text(func(v string) string {
	if !protocol.MatchString(strings.ToLower(v)) {
		return "a protocol is tcp, udp, icmp, esp, ah, sctp, ipip, all, or its number"
	}
	return ""
})

// portRange wants a port or two with a hyphen.
var portRange = text(func(v string) string {
	low, high, ranged := strings.Cut(v, "-")
	if !ranged {
		high = low
	}
	a, okA := port(low)
	b, okB := port(high)
	if !okA || !okB || a > b {
		return "it is a port from 0 to 65535, or a range such as 12345-12346"
	}
	return ""
})

func port(v string) (int, bool) {
	n := 0
	if v == "" || len(v) > 5 {
		return 0, false
	}
	for _, r := range v {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, n <= 65535
}

var addressRange = text(func(v string) string {
	if p, err := netip.ParsePrefix(v); err == nil {
		if p.Masked() != p {
			return fmt.Sprintf("an address after the prefix is not allowed; did you mean %q?", p.Masked())
		}
		return ""
	}
	if _, err := netip.ParseAddr(v); err != nil {
		return "it is a range of addresses, such as 10.128.0.0/20"
	}
	return ""
})

func wholeFirewall(in inputs) []Failure {
	var out []Failure
	fail := func(property, reason string) {
		out = append(out, Failure{Property: property, Reason: reason, Source: firewallSource})
	}
	if v, _, known := in.Get("direction"); !known && v.V != nil {
		return nil
	}
	switch egress := in.Str("direction") == "EGRESS"; {
	case egress && (in.Given("sourceTags") || in.Given("sourceServiceAccounts")):
		fail("direction", "a rule of direction EGRESS has no sourceTags and no sourceServiceAccounts")
	case !egress && !in.Given("sourceRanges") && !in.Given("sourceTags") && !in.Given("sourceServiceAccounts"):
		fail("direction", `one of sourceTags, sourceRanges, or sourceServiceAccounts must be defined when the direction is "INGRESS"`)
	}
	for _, list := range []string{"allows", "denies"} {
		v, given, known := in.Get(list)
		if !given || !known || !v.IsArray() {
			continue
		}
		for i, e := range v.ArrayValue() {
			if !e.IsObject() {
				continue
			}
			rule := inputs(e.ObjectValue())
			name := strings.ToLower(rule.Str("protocol"))
			if ports, given, known := rule.Get("ports"); name != "" && given && known && ports.IsArray() && len(ports.ArrayValue()) > 0 &&
				name != "tcp" && name != "udp" && name != "sctp" && name != "6" && name != "17" && name != "132" {
				fail(fmt.Sprintf("%s[%d].ports", list, i), "ports are possible with tcp, udp and sctp only")
			}
		}
	}
	return out
}
