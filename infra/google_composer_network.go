package infra

import (
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/composer"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/compute"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The secondary ranges of Composer 2's cluster in a subnetwork of dorc's.
const (
	podsRange     = "composer-pods"
	servicesRange = "composer-services"
)

// secondaryRanges are those of the subnetwork that dorc makes; nil without Composer 2.
func (s *googleScope) secondaryRanges() compute.SubnetworkSecondaryIpRangeArrayInput {
	if s.Composer == nil || s.Composer.Existing != "" || s.Composer.Image.Composer != 2 {
		return nil
	}
	return compute.SubnetworkSecondaryIpRangeArray{
		&compute.SubnetworkSecondaryIpRangeArgs{RangeName: pulumi.String(podsRange), IpCidrRange: pulumi.String(s.Composer.PodsCIDR)},
		&compute.SubnetworkSecondaryIpRangeArgs{RangeName: pulumi.String(servicesRange), IpCidrRange: pulumi.String(s.Composer.ServicesCIDR)},
	}
}

// paths are the network and the subnetwork by their whole names.
func (s *googleScope) paths(own *GoogleNetwork) (network, subnetwork pulumi.StringInput) {
	if own != nil {
		return own.Network.ID().ToStringOutput(), own.Subnetwork.ID().ToStringOutput()
	}
	of := "projects/" + s.Network.ProjectID + "/"
	return pulumi.String(of + "global/networks/" + s.Network.Name), pulumi.String(of + "regions/" + s.Region + "/subnetworks/" + s.Network.Subnetwork)
}

// composerNodes says as whom and in which network the environment runs.
func (s *googleScope) composerNodes(account *GoogleAccount, own *GoogleNetwork) *composer.EnvironmentConfigNodeConfigArgs {
	c := s.Composer
	nodes := &composer.EnvironmentConfigNodeConfigArgs{ServiceAccount: account.Email}
	if c.NetworkAttachment != "" {
		nodes.ComposerNetworkAttachment = pulumi.String(c.NetworkAttachment)
	} else {
		network, subnetwork := s.paths(own)
		nodes.Network, nodes.Subnetwork = network.ToStringOutput().ToStringPtrOutput(), subnetwork.ToStringOutput().ToStringPtrOutput()
	}
	if c.InternalCIDR != "" {
		nodes.ComposerInternalIpv4CidrBlock = pulumi.String(c.InternalCIDR)
	}
	if c.Image.Composer == 2 {
		nodes.IpAllocationPolicy = s.composerRanges(own)
	}
	return nodes
}

// composerRanges are the addresses of Composer 2's cluster; nil leaves them to Google.
func (s *googleScope) composerRanges(own *GoogleNetwork) composer.EnvironmentConfigNodeConfigIpAllocationPolicyPtrInput {
	c := s.Composer
	if own != nil {
		return &composer.EnvironmentConfigNodeConfigIpAllocationPolicyArgs{
			ClusterSecondaryRangeName: pulumi.String(podsRange), ServicesSecondaryRangeName: pulumi.String(servicesRange),
		}
	}
	if c.PodsRange == "" && c.PodsCIDR == "" && c.ServicesRange == "" && c.ServicesCIDR == "" {
		return nil
	}
	return &composer.EnvironmentConfigNodeConfigIpAllocationPolicyArgs{
		ClusterSecondaryRangeName: given(c.PodsRange), ClusterIpv4CidrBlock: given(c.PodsCIDR),
		ServicesSecondaryRangeName: given(c.ServicesRange), ServicesIpv4CidrBlock: given(c.ServicesCIDR),
	}
}

// composerPrivacy says what has an address on the internet. In Composer 2 the
// cluster reaches the database by Private Service Connect, which needs no ranges of
// its own and no peering. Source:
// https://cloud.google.com/composer/docs/composer-2/configure-private-ip
func (s *googleScope) composerPrivacy(of *composer.EnvironmentConfigArgs, own *GoogleNetwork) {
	c := s.Composer
	if c.Image.Composer != 2 {
		of.EnablePrivateEnvironment = pulumi.Bool(*c.Private)
		of.EnablePrivateBuildsOnly = pulumi.Bool(c.PrivateBuildsOnly)
		return
	}
	if !*c.Private {
		return
	}
	_, subnetwork := s.paths(own)
	of.PrivateEnvironmentConfig = &composer.EnvironmentConfigPrivateEnvironmentConfigArgs{
		ConnectionType:                    pulumi.String("PRIVATE_SERVICE_CONNECT"),
		CloudComposerConnectionSubnetwork: subnetwork.ToStringOutput().ToStringPtrOutput(),
		EnablePrivateEndpoint:             pulumi.Bool(true),
		MasterIpv4CidrBlock:               given(c.ControlPlaneCIDR),
	}
}

// given is a text of which "" is none.
func given(text string) pulumi.StringPtrInput {
	if text == "" {
		return nil
	}
	return pulumi.String(text)
}
