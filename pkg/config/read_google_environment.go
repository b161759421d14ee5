package config

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// googleEnvironmentFields are the keys of an environment's block gcp.
func googleEnvironmentFields() []field[GoogleEnvironment] {
	type environment = GoogleEnvironment
	return slices.Concat([]field[environment]{
		textField("project_id", projectIDShape, func(g *environment) *string { return &g.ProjectID }),
		{name: "region", example: "europe-west2", read: func(r *reader, n *yaml.Node, g *environment) { g.Region = readGoogleRegion(r, n) }},
		{name: "bucket_name", example: "exampledorc-data-prod", read: func(r *reader, n *yaml.Node, g *environment) { g.BucketName = readGoogleBucketName(r, n) }},
		{name: "temp_retention_days", example: "7", read: readTempRetention},
		{name: "force_destroy", example: "false", read: func(r *reader, n *yaml.Node, g *environment) {
			g.ForceDestroy, _ = r.boolean(n, "force_destroy")
		}},
	},
		accountFields("dataflow_worker_service_account", "use_externally_managed_dataflow_sa", func(g *environment) *ServiceAccount { return &g.DataflowWorker }),
		accountFields("workflows_service_account", "use_externally_managed_workflows_sa", func(g *environment) *ServiceAccount { return &g.Workflows }),
		accountFields("scheduler_service_account", "use_externally_managed_scheduler_sa", func(g *environment) *ServiceAccount { return &g.Scheduler }),
		[]field[environment]{
			{name: "network", example: "{name: my-vpc, subnetwork: my-subnet}", read: readNetwork},
			{name: "data_buckets", example: "[raw, curated]", read: func(r *reader, n *yaml.Node, g *environment) {
				g.DataBuckets = readBuckets(r, n, "are not possible here")
			}},
			{name: "connection_profiles", example: "{orders: {host: 10.0.0.5, port: 5432, database: orders, user: reader}}", read: readProfiles},
			{name: "composer", example: "{size: small}", read: readComposer},
		})
}

func readGoogleEnvironment(r *reader, n *yaml.Node, e *Environment) {
	g := &GoogleEnvironment{}
	seen := readBlock(r, n, "gcp", googleEnvironmentFields(), g)
	e.GCP = g
	for _, a := range []struct {
		account         *ServiceAccount
		key, externally string
	}{
		{&g.DataflowWorker, "dataflow_worker_service_account", "use_externally_managed_dataflow_sa"},
		{&g.Workflows, "workflows_service_account", "use_externally_managed_workflows_sa"},
		{&g.Scheduler, "scheduler_service_account", "use_externally_managed_scheduler_sa"},
	} {
		checkAccount(r, seen[a.key], seen[a.externally], a.account, a.key, a.externally)
	}
	if seen["composer"] != nil && !r.partial {
		checkComposerNetwork(r, seen["composer"], g)
	}
}

// accountFields are the two keys of one account.
func accountFields[T any](key, externally string, at func(*T) *ServiceAccount) []field[T] {
	return []field[T]{
		{name: key, example: accountEmailShape.example, read: func(r *reader, n *yaml.Node, into *T) {
			at(into).Email = optionalText(r, n, key)
		}},
		{name: externally, example: "true", read: func(r *reader, n *yaml.Node, into *T) {
			at(into).External, _ = r.boolean(n, externally)
		}},
	}
}

// checkAccount tells an account that someone else manages from the id of one that
// dorc makes.
func checkAccount(r *reader, named, flag *yaml.Node, a *ServiceAccount, key, externally string) {
	v := a.Email
	switch {
	case named != nil && !isString(named):
		// Said already.
	case a.External && v == "":
		if !r.partial {
			r.add(flag, externally+" without "+key, "the account is someone else's, so its address must be known", "add "+key+": "+accountEmailShape.example)
		}
	case a.External:
		shaped(r, named, key, accountEmailShape)
	case strings.Contains(v, "@"):
		if !r.partial {
			r.add(named, key+" is the address of an account, and dorc is to make one", "it is "+quote(v),
				"add "+externally+": true when the account exists; else write the id alone, what stands before the @")
		}
	case v != "":
		shaped(r, named, key, accountIDShape)
		a.ID, a.Email = v, ""
	}
}

// maxRetentionDays is what a rule's age can be at most, about a hundred years.
const maxRetentionDays = 36500

func readTempRetention(r *reader, n *yaml.Node, g *GoogleEnvironment) {
	v, ok := r.integer(n, "temp_retention_days")
	if !ok {
		return
	}
	g.TempRetentionDays = &v
	if v < 0 || v > maxRetentionDays {
		r.add(n, "temp_retention_days is out of range", "it is "+strconv.Itoa(v)+"; 0 to "+strconv.Itoa(maxRetentionDays)+" are possible", "0 deletes nothing")
	}
}

func networkFields() []field[GoogleNetwork] {
	return []field[GoogleNetwork]{
		textField("name", computeShape, func(n *GoogleNetwork) *string { return &n.Name }),
		textField("subnetwork", computeShape, func(n *GoogleNetwork) *string { return &n.Subnetwork }),
		textField("project_id", projectIDShape, func(n *GoogleNetwork) *string { return &n.ProjectID }),
		{name: "cidr", example: DefaultCIDR, read: func(r *reader, n *yaml.Node, into *GoogleNetwork) { into.CIDR = readCIDR(r, n, "cidr", DefaultCIDR) }},
	}
}

func readNetwork(r *reader, n *yaml.Node, g *GoogleEnvironment) {
	seen := readBlock(r, n, "network", networkFields(), &g.Network)
	existing := seen["name"] != nil || seen["subnetwork"] != nil || seen["project_id"] != nil
	switch {
	case r.partial:
	case existing && seen["cidr"] != nil:
		r.add(seen["cidr"], "network has cidr and names an existing network", "cidr has the addresses of a network that dorc makes", "remove cidr, or name, subnetwork and project_id")
	case existing && seen["name"] == nil:
		r.add(n, "network has no name", "an existing network needs name and subnetwork", "add name: my-vpc")
	case existing && seen["subnetwork"] == nil:
		r.add(n, "network has no subnetwork", "workers run in a subnetwork of the environment's region", "add subnetwork: my-subnet")
	}
}

func profileFields() []field[ConnectionProfile] {
	return []field[ConnectionProfile]{
		{name: "host", required: true, example: "10.0.0.5", read: func(r *reader, n *yaml.Node, p *ConnectionProfile) { p.Host = readHost(r, n) }},
		{name: "port", required: true, example: "5432", read: func(r *reader, n *yaml.Node, p *ConnectionProfile) {
			v, ok := r.integer(n, "port")
			if ok && (v < 1 || v > 65535) {
				r.add(n, "port is out of range", "it is "+strconv.Itoa(v)+"; 1 to 65535 are possible", "")
			}
			p.Port = v
		}},
		required(textField("database", databaseShape, func(p *ConnectionProfile) *string { return &p.Database })),
		required(textField("user", userShape, func(p *ConnectionProfile) *string { return &p.User })),
		{name: "password", read: func(r *reader, n *yaml.Node, _ *ConnectionProfile) {
			r.add(n, "a password stands in the configuration", "it belongs into the secret that dorc makes for the profile",
				"remove it here and change it in the database; docs/google.md says how the secret gets its value")
		}},
	}
}

// profileName is what can be part of a variable's and of a secret's name.
var profileName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,62}$`)

func readProfiles(r *reader, n *yaml.Node, g *GoogleEnvironment) {
	g.ConnectionProfiles = map[string]ConnectionProfile{}
	for _, p := range r.mapping(n, "connection_profiles", "{orders: {host: 10.0.0.5, port: 5432, database: orders, user: reader}}") {
		if !profileName.MatchString(p.key.Value) {
			r.add(p.key, quote(p.key.Value)+" is not the name of a connection profile", "at most 63 letters, digits, - and _, a letter first", "use another name")
		}
		var profile ConnectionProfile
		readBlock(r, p.value, "connection profile "+quote(p.key.Value), profileFields(), &profile)
		g.ConnectionProfiles[p.key.Value] = profile
	}
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$`)

func readHost(r *reader, n *yaml.Node) string {
	v, ok := r.text(n, "host")
	if !ok {
		return ""
	}
	if _, err := netip.ParseAddr(v); err != nil && !hostName.MatchString(v) {
		r.add(n, "host is neither a name nor an address", "it is "+quote(v), "write it without scheme, port and user, such as 10.0.0.5")
	}
	return v
}
