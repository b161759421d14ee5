package awsrules

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/rules"
)

const (
	groupSource = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html"
	permSource  = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html"
)

var (
	groupText = regexp.MustCompile(`^[a-zA-Z0-9 ._:/()#,@\[\]+=&;{}!$*-]*$`)
	vpcID     = regexp.MustCompile(`^vpc-[0-9a-zA-Z]+$`)
	protocols = regexp.MustCompile(`(?i)^(-1|all|tcp|udp|icmp|icmpv6|[0-9]{1,3})$`)
)

const groupWords = "must have only a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*"

var _ = register("aws:ec2/securityGroup:SecurityGroup", table{values: []row{
	{"name", all(length(1, 255), pattern(groupText, groupWords), notGroupID), groupSource},
	{"namePrefix", all(length(1, 100), notGroupID), groupSource},
	{"description", all(length(0, 255), pattern(groupText, groupWords)), groupSource},
	{"vpcId", pattern(vpcID, "must be the ID of a VPC, such as vpc-0a1b2c3d4e5f60718"), groupSource},
	{"egress[]", groupRule, permSource},
	{"ingress[]", groupRule, permSource},
	{"egress[].cidrBlocks[]", cidr(false), permSource},
	{"ingress[].cidrBlocks[]", cidr(false), permSource},
	{"egress[].ipv6CidrBlocks[]", cidr(true), permSource},
	{"ingress[].ipv6CidrBlocks[]", cidr(true), permSource},
	{"egress[].description", all(length(0, 255), pattern(groupText, groupWords)), permSource},
	{"ingress[].description", all(length(0, 255), pattern(groupText, groupWords)), permSource},
	{"egress[].protocol", pattern(protocols, "must be tcp, udp, icmp, icmpv6, -1 or a protocol number"), permSource},
	{"ingress[].protocol", pattern(protocols, "must be tcp, udp, icmp, icmpv6, -1 or a protocol number"), permSource},
}})

func notGroupID(s subject) string {
	if s.Value.IsString() && strings.HasPrefix(s.Value.StringValue(), "sg-") {
		return fmt.Sprintf("invalid value for %s (cannot begin with 'sg-'), got %s", s.Name, s.Show())
	}
	return ""
}

// groupRule wants ports that fit the protocol.
func groupRule(s subject) string {
	if !s.Value.IsObject() {
		return ""
	}
	in := inputs(s.Value.ObjectValue())
	port := func(name resource.PropertyKey) (float64, bool) {
		v, given, known := in.Get(string(name))
		return numberOf(v), given && known && v.IsNumber()
	}
	from, okFrom := port("fromPort")
	to, okTo := port("toPort")
	if !okFrom || !okTo {
		return ""
	}
	switch protocol := strings.ToLower(in.Str("protocol")); {
	case (protocol == "-1" || protocol == "all") && (from != 0 || to != 0):
		return fmt.Sprintf("%s: from_port (%s) and to_port (%s) must both be 0 to use the 'ALL' \"-1\" protocol!",
			s.Name, rules.Number(from), rules.Number(to))
	case (protocol == "tcp" || protocol == "udp") && (from < 0 || to > 65535 || from > to):
		return fmt.Sprintf("%s: ports are 0 to 65535 and fromPort is not above toPort, got %s to %s",
			s.Name, rules.Number(from), rules.Number(to))
	}
	return ""
}

func numberOf(v resource.PropertyValue) float64 {
	if v.IsNumber() {
		return v.NumberValue()
	}
	return 0
}

// cidr wants a network of one IP version, without host bits.
func cidr(six bool) test {
	return func(s subject) string {
		if !s.Value.IsString() {
			return ""
		}
		p, err := netip.ParsePrefix(s.Value.StringValue())
		switch {
		case err != nil || p.Addr().Is6() != six:
			return fmt.Sprintf("%q (%s) is not a valid CIDR block", s.Name, s.Show())
		case p != p.Masked():
			return fmt.Sprintf("%q (%s) is not a valid CIDR block; did you mean %q?", s.Name, s.Show(), p.Masked())
		}
		return ""
	}
}
