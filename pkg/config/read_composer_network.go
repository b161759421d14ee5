package config

import (
	"net/netip"
	"regexp"
	"strconv"

	"gopkg.in/yaml.v3"
)

var (
	keyShape = shape{regexp.MustCompile(`^projects/[a-z0-9.:-]+/locations/[a-z0-9-]+/keyRings/[A-Za-z0-9_-]{1,63}/cryptoKeys/[A-Za-z0-9_-]{1,63}$`),
		"the full name of a key", "gcloud kms keys list shows it", "projects/exampledorc-keys/locations/europe-west2/keyRings/composer/cryptoKeys/composer"}
	attachmentShape = shape{regexp.MustCompile(`^projects/[a-z0-9.:-]+/regions/[a-z0-9-]+/networkAttachments/[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`),
		"the full name of a network attachment", "gcloud compute network-attachments list shows it", "projects/exampledorc-data/regions/europe-west2/networkAttachments/composer"}
)

// computeNamed is the shape of names as Compute Engine has them.
func computeNamed(what, example string) shape {
	return shape{computeShape.pattern, what, "at most 63 of a-z, 0-9 and -, a letter first and no - last", example}
}

// Prefixes that Cloud Composer demands. Sources:
// https://cloud.google.com/composer/docs/composer-2/configure-private-ip
// https://cloud.google.com/composer/docs/composer-3/connect-vpc-network
const (
	controlPlanePrefix = 28
	internalPrefix     = 20
)

func composerNetworkFields() []field[composerRead] {
	type block = composerRead
	return []field[block]{
		{name: "private", example: "true", read: func(r *reader, n *yaml.Node, c *block) {
			if v, ok := r.boolean(n, "private"); ok {
				c.Private = &v
			}
		}},
		{name: "web_server_allowed", example: "[203.0.113.0/24]", read: readAllowed},
		cidrField("pods_cidr", DefaultPodsCIDR, func(c *block) *string { return &c.PodsCIDR }),
		cidrField("services_cidr", DefaultServicesCIDR, func(c *block) *string { return &c.ServicesCIDR }),
		textField("pods_range", computeNamed("the name of a secondary range", "pods"), func(c *block) *string { return &c.PodsRange }),
		textField("services_range", computeNamed("the name of a secondary range", "services"), func(c *block) *string { return &c.ServicesRange }),
		sizedField("control_plane_cidr", "172.16.0.0/28", controlPlanePrefix, func(c *block) *string { return &c.ControlPlaneCIDR }),
		textField("network_attachment", attachmentShape, func(c *block) *string { return &c.NetworkAttachment }),
		{name: "enable_private_builds_only", example: "true", read: func(r *reader, n *yaml.Node, c *block) {
			c.PrivateBuildsOnly, _ = r.boolean(n, "enable_private_builds_only")
		}},
		sizedField("internal_cidr", "100.64.128.0/20", internalPrefix, func(c *block) *string { return &c.InternalCIDR }),
	}
}

func cidrField(name, example string, at func(*composerRead) *string) field[composerRead] {
	return field[composerRead]{name: name, example: example, read: func(r *reader, n *yaml.Node, c *composerRead) {
		*at(c) = readCIDR(r, n, name, example)
	}}
}

// sizedField is a range of which Cloud Composer also says how large it is.
func sizedField(name, example string, bits int, at func(*composerRead) *string) field[composerRead] {
	return field[composerRead]{name: name, example: example, read: func(r *reader, n *yaml.Node, c *composerRead) {
		v, p, ok := readPrefix(r, n, name, example)
		*at(c) = v
		if ok && p.Bits() != bits {
			r.add(n, name+" is not a /"+strconv.Itoa(bits), "it is "+quote(v)+"; Cloud Composer takes no other size", "it looks like "+example)
		}
	}}
}

func readAllowed(r *reader, n *yaml.Node, c *composerRead) {
	items := r.list(n, "web_server_allowed", "web_server_allowed: [203.0.113.0/24]")
	if resolve(n).Kind == yaml.SequenceNode && len(items) == 0 {
		r.add(n, "web_server_allowed is empty", "nobody could open Airflow's pages", "remove it, or name the addresses of those who may")
	}
	seen := map[string]bool{}
	for _, item := range items {
		v, ok := r.text(item, "an item of web_server_allowed")
		if !ok {
			continue
		}
		if _, err := netip.ParseAddr(v); err != nil {
			p, err := netip.ParsePrefix(v)
			switch {
			case err != nil:
				r.add(item, "an item of web_server_allowed is not a range of addresses", "it is "+quote(v), "it looks like 203.0.113.0/24")
			case p != p.Masked():
				r.add(item, "an item of web_server_allowed does not begin at its first address", "it is "+quote(v), "write "+p.Masked().String())
			}
		}
		if seen[v] {
			r.add(item, "range "+quote(v)+" is given twice", "", "remove one of them")
		}
		seen[v] = true
		c.WebServerAllowed = append(c.WebServerAllowed, v)
	}
}
