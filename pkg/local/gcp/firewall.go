package gcp

import (
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/compute"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const firewallType = "gcp:compute/firewall:Firewall"

var firewallKinds = []*kind{
	inCompute(firewallPath, &kind{
		Token: firewallType, Facts: "google_compute_firewall",
		Args: provider.ArgsOf[compute.FirewallArgs](), State: provider.TypeOf[compute.Firewall](),
		Noun:       "Firewall",
		Operations: operations{Create: "firewalls.insert", Update: "firewalls.patch", Delete: "firewalls.delete"},
		Outputs: []output{
			selfLink(firewallPath), link("network", networkPath),
			{Name: "creationTimestamp", Once: true, Value: func(c *call) any { return computeTime(c) }},
			constant("destinationRanges", []any{}), constant("direction", "INGRESS"), constant("enableLogging", false),
		},
		Verify: func(c *call) error {
			return verifyReference(c, networkType, c.Str("network"), networkPath)
		},
	}),
}
