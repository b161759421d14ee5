package config

import (
	"errors"
	"net/netip"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// completeRanges gives Composer 2 secondary ranges in a network of dorc's own.
func (c *Composer) completeRanges(network GoogleNetwork) {
	if c.Image.Composer == 2 && !network.Existing() {
		c.PodsCIDR, c.ServicesCIDR = or(c.PodsCIDR, DefaultPodsCIDR), or(c.ServicesCIDR, DefaultServicesCIDR)
	}
}

// checkRanges refuses secondary ranges by name in a network that dorc makes, and
// ranges of Composer 2 that meet each other or the subnetwork's.
func (c *Composer) checkRanges(environment string, network GoogleNetwork) error {
	if c.Image.Composer != 2 {
		return nil
	}
	if !network.Existing() && (c.PodsRange != "" || c.ServicesRange != "") {
		return composerProblem(environment, "secondary ranges are named, and dorc makes the network",
			"pods_range and services_range are names of ranges that an existing subnetwork has", "use pods_cidr and services_cidr, or name an existing network")
	}
	type given struct {
		key, cidr string
		prefix    netip.Prefix
	}
	var before []given
	for _, r := range []given{
		{key: "network.cidr", cidr: network.CIDR}, {key: "composer.pods_cidr", cidr: c.PodsCIDR},
		{key: "composer.services_cidr", cidr: c.ServicesCIDR}, {key: "composer.control_plane_cidr", cidr: c.ControlPlaneCIDR},
	} {
		var err error
		if r.prefix, err = netip.ParsePrefix(r.cidr); err != nil {
			continue // there is none
		}
		for _, other := range before {
			if r.prefix.Overlaps(other.prefix) {
				return composerProblem(environment, "two ranges of the network have addresses in common",
					"gcp."+other.key+" is "+other.cidr+", gcp."+r.key+" is "+r.cidr, "give one of them other addresses")
			}
		}
		before = append(before, r)
	}
	return nil
}

// checkKey refuses a key of another region: Cloud Composer takes neither that nor a
// key of several regions. Source:
// https://cloud.google.com/composer/docs/composer-3/configure-cmek-encryption
func (c *Composer) checkKey(environment, region string) error {
	if c.KMSKey == "" || strings.Contains(c.KMSKey, "/locations/"+region+"/") {
		return nil
	}
	return composerProblem(environment, "the key of Cloud Composer is not in the environment's region", "kms_key is "+c.KMSKey+", the region is "+region,
		"use a key of that region: Cloud Composer takes no other, and none of several regions")
}

// checkComposerNetwork says of a file what GoogleIn would say of the environment.
func checkComposerNetwork(r *reader, n *yaml.Node, g *GoogleEnvironment) {
	c, network := *g.Composer, g.Network
	image, err := airflow.Find(or(c.ImageVersion, airflow.Default().Version))
	if err != nil || c.Existing != "" {
		return
	}
	c.Image = image
	c.completeRanges(network)
	if !network.Existing() {
		network.CIDR = or(network.CIDR, DefaultCIDR)
	}
	checks := []error{c.checkRanges("", network)}
	if g.Region != "" {
		checks = append(checks, c.checkKey("", g.Region))
	}
	for _, err := range checks {
		var p problem.Problem
		if errors.As(err, &p) {
			r.add(n, p.Summary, p.Detail, p.Hint)
		}
	}
}
