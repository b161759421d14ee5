package infra

import (
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/compute"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// GoogleNetwork is a network of dorc's own: workers have no address on the
// internet, and reach it by one that is theirs alone.
type GoogleNetwork struct {
	Network    *compute.Network
	Subnetwork *compute.Subnetwork
	Router     *compute.Router
	Address    *compute.Address
	NAT        *compute.RouterNat
	Firewall   *compute.Firewall
}

// workerTag is the network tag that Dataflow gives to every worker, workerPorts
// are how they reach each other. Source:
// https://cloud.google.com/dataflow/docs/guides/routes-firewall
const (
	workerTag   = "dataflow"
	workerPorts = "12345-12346"
)

func (g *Google) createNetwork(s *googleScope, outputs pulumi.Map) error {
	if c := s.Network; c.Existing() {
		outputs["gcp_network"] = pulumi.String(c.Name)
		if c.ProjectID != s.ProjectID {
			outputs["gcp_network"] = pulumi.String("projects/" + c.ProjectID + "/global/networks/" + c.Name)
		}
		outputs["gcp_subnetwork"] = pulumi.String(s.SubnetworkPath(""))
		return nil
	}
	names, err := s.networkNames()
	if err != nil {
		return err
	}
	n := &GoogleNetwork{}
	g.Network = n
	project, region, needs := pulumi.String(s.ProjectID), pulumi.String(s.Region), s.needs("compute")
	// Google deletes neither a network nor an address that is in use, and what uses
	// them is changed after them. So the new one is made first; its name, region or
	// project is another.
	newFirst := pulumi.Composite(needs, pulumi.DeleteBeforeReplace(false))
	if n.Network, err = compute.NewNetwork(s.ctx, "network", &compute.NetworkArgs{
		Name: pulumi.String(names.network), Project: project,
		Description:           pulumi.String("Dataflow workers in " + s.Names.Environment),
		AutoCreateSubnetworks: pulumi.Bool(false),
	}, newFirst); err != nil {
		return err
	}
	if n.Subnetwork, err = compute.NewSubnetwork(s.ctx, "subnetwork", &compute.SubnetworkArgs{
		Name: pulumi.String(names.subnetwork), Project: project, Region: region,
		Network:     n.Network.ID(),
		IpCidrRange: pulumi.String(s.Network.CIDR),
		// Workers without an address on the internet reach Google's APIs by this.
		PrivateIpGoogleAccess: pulumi.Bool(true),
		SecondaryIpRanges:     s.secondaryRanges(),
	}, needs); err != nil {
		return err
	}
	if n.Router, err = compute.NewRouter(s.ctx, "router", &compute.RouterArgs{
		Name: pulumi.String(names.router), Project: project, Region: region, Network: n.Network.ID(),
	}, needs); err != nil {
		return err
	}
	if n.Address, err = compute.NewAddress(s.ctx, "nat-address", &compute.AddressArgs{
		Name: pulumi.String(names.address), Project: project, Region: region,
		Description: pulumi.String("What Dataflow workers in " + s.Names.Environment + " have on the internet"),
	}, newFirst); err != nil {
		return err
	}
	if n.NAT, err = compute.NewRouterNat(s.ctx, "nat", &compute.RouterNatArgs{
		Name: pulumi.String(names.nat), Project: project, Region: region, Router: n.Router.Name,
		NatIpAllocateOption: pulumi.String("MANUAL_ONLY"),
		NatIps:              pulumi.StringArray{n.Address.SelfLink},
		// The network has one subnetwork. Were it named here, Google would not let it
		// be replaced while the NAT is there.
		SourceSubnetworkIpRangesToNat: pulumi.String("ALL_SUBNETWORKS_ALL_IP_RANGES"),
	}, needs); err != nil {
		return err
	}
	if n.Firewall, err = compute.NewFirewall(s.ctx, "workers", &compute.FirewallArgs{
		Name: pulumi.String(names.firewall), Project: project, Network: n.Network.ID(),
		Description: pulumi.String("Dataflow workers reach each other"),
		Direction:   pulumi.String("INGRESS"),
		SourceTags:  pulumi.StringArray{pulumi.String(workerTag)},
		TargetTags:  pulumi.StringArray{pulumi.String(workerTag)},
		Allows: compute.FirewallAllowArray{&compute.FirewallAllowArgs{
			Protocol: pulumi.String("tcp"), Ports: pulumi.StringArray{pulumi.String(workerPorts)},
		}},
	}, needs); err != nil {
		return err
	}
	outputs["gcp_network"] = n.Network.Name
	outputs["gcp_subnetwork"] = n.Subnetwork.Name.ApplyT(s.SubnetworkPath).(pulumi.StringOutput)
	return nil
}

// networkNames are the names of everything in a network of dorc's own.
type networkNames struct{ network, subnetwork, router, address, nat, firewall string }

func (s *googleScope) networkNames() (n networkNames, err error) {
	for _, name := range []struct {
		into *string
		make func() (string, error)
	}{
		{&n.network, s.Names.Network}, {&n.subnetwork, s.Names.Subnetwork}, {&n.router, s.Names.Router},
		{&n.address, s.Names.Address}, {&n.nat, s.Names.NAT}, {&n.firewall, s.Names.Firewall},
	} {
		if *name.into, err = name.make(); err != nil {
			return n, err
		}
	}
	return n, nil
}
