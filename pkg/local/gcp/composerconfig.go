package gcp

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/composer"
	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// environmentConfig is the configuration as Composer returns it: what is asked for,
// and what it chose where nothing is. What it chose once stays.
func environmentConfig(c *call) any {
	given := object{}
	if v, ok := c.At("config"); ok && v.IsObject() {
		given = provider.PlainMap(v.ObjectValue())
	}
	was, _ := c.Old["config"].(object)
	out := chosen(given, was, defaults(c))
	returned(c, out)
	return out
}

// returned gives what is asked for the form in which Composer returns it: relative
// names of networks, the address of the account, the image that an alias stands for.
func returned(c *call, out object) {
	if software, ok := out["softwareConfig"].(object); ok && text(software["imageVersion"]) != "" {
		software["imageVersion"] = imageOf(c)
	}
	node, ok := out["nodeConfig"].(object)
	if !ok {
		return
	}
	for property, pattern := range map[string]string{"network": networkPath, "subnetwork": subnetworkPath} {
		if name := text(node[property]); name != "" {
			node[property] = resolve(c, name, pattern)
		}
	}
	if account := text(node["serviceAccount"]); account != "" {
		node["serviceAccount"] = last(account)
	}
}

// chosen fills in what is not given, from before or else from the defaults. Lists and
// maps are taken whole.
func chosen(given, was, otherwise object) object {
	out := object{}
	for name, value := range given {
		out[name] = value
		inner, ok := value.(object)
		block, chooses := otherwise[name].(object)
		if ok && chooses {
			before, _ := was[name].(object)
			out[name] = chosen(inner, before, block)
		}
	}
	for name, value := range otherwise {
		if _, ok := given[name]; ok {
			continue
		}
		if before, ok := was[name]; ok && before != nil {
			value = before
		}
		out[name] = value
	}
	return out
}

// defaults are what Composer chooses in a new environment of its generation.
func defaults(c *call) object {
	generation := generationOf(c)
	node := object{"serviceAccount": defaultAccount(project(c))}
	software := object{"imageVersion": imageOf(c), "pythonVersion": "3", "cloudDataLineageIntegration": object{"enabled": false}}
	d := object{
		"airflowUri":      airflowURI(c),
		"dagGcsPrefix":    dagPrefix(c),
		"gkeCluster":      "",
		"environmentSize": composer.Sizes[0],
		"resilienceMode":  composer.StandardResilience,
		"nodeConfig":      node,
		"softwareConfig":  software,
		"workloadsConfig": smallWorkloads(generation),
		// https://cloud.google.com/composer/docs/composer-3/specify-maintenance-windows: the default window.
		"maintenanceWindow": object{
			"startTime": "1970-01-01T00:00:00Z", "endTime": "1970-01-01T04:00:00Z", "recurrence": "FREQ=WEEKLY;BYDAY=FR,SA,SU",
		},
		"webServerNetworkAccessControl": object{"allowedIpRanges": []any{
			object{"value": "0.0.0.0/0", "description": "Allows access from all IPv4 addresses (default value)"},
			object{"value": "::0/0", "description": "Allows access from all IPv6 addresses (default value)"},
		}},
	}
	if generation == 3 {
		software["webServerPluginsMode"] = "ENABLED"
		d["enablePrivateEnvironment"], d["enablePrivateBuildsOnly"] = false, false
	} else {
		node["network"] = "projects/" + project(c) + "/global/networks/default"
		d["gkeCluster"] = cluster(c)
	}
	return d
}

// smallWorkloads are those of a small environment.
// https://cloud.google.com/composer/docs/composer-3/scale-environments
func smallWorkloads(generation int) object {
	if generation == 3 {
		return object{
			"scheduler":    object{"count": 1.0, "cpu": 0.5, "memoryGb": 2.0, "storageGb": 1.0},
			"triggerer":    object{"count": 1.0, "cpu": 0.5, "memoryGb": 1.0},
			"dagProcessor": object{"count": 1.0, "cpu": 1.0, "memoryGb": 4.0, "storageGb": 1.0},
			"webServer":    object{"cpu": 1.0, "memoryGb": 2.0, "storageGb": 1.0},
			"worker":       object{"minCount": 1.0, "maxCount": 3.0, "cpu": 0.5, "memoryGb": 2.0, "storageGb": 10.0},
		}
	}
	return object{
		"scheduler": object{"count": 1.0, "cpu": 0.5, "memoryGb": 1.875, "storageGb": 1.0},
		"triggerer": object{"count": 0.0, "cpu": 0.5, "memoryGb": 0.5},
		"webServer": object{"cpu": 0.5, "memoryGb": 1.875, "storageGb": 1.0},
		"worker":    object{"minCount": 1.0, "maxCount": 3.0, "cpu": 0.5, "memoryGb": 1.875, "storageGb": 1.0},
	}
}

// imageOf is the image that the environment has: the one that is asked for; when that
// is an alias, or nothing, the one that it has, or the newest that dorc knows.
func imageOf(c *call) string {
	has := text(in(c.Old, "config", "softwareConfig", "imageVersion"))
	asked := c.Str("config", "softwareConfig", "imageVersion")
	now, ok := composer.ParseImage(asked)
	old, also := composer.ParseImage(has)
	switch {
	case asked == "" && has == "":
		return airflow.Default().Version
	case asked == "" || ok && also && now.Covers(old):
		return has
	case ok && !now.Full():
		return newestOf(now)
	}
	return asked
}

// newestOf is the newest image that an alias may stand for, or the alias itself.
func newestOf(alias composer.Image) string {
	newest := alias
	for _, known := range airflow.Images() {
		if i, ok := composer.ParseImage(known.Version); ok && alias.Covers(i) && (newest == alias || i.Compare(newest) > 0) {
			newest = i
		}
	}
	return newest.String()
}

// unknownYet is what a preview of a creation cannot say.
func unknownYet() any { return resource.Computed{Element: resource.NewStringProperty("")} }

// airflowURI is the address of Airflow's pages in the form of Composer's.
func airflowURI(c *call) any {
	name, ok := bucketValue(c).(string)
	if !ok {
		return unknownYet()
	}
	sum := sha256.Sum256([]byte(name))
	return "https://" + hex.EncodeToString(sum[:16]) + "-dot-" + region(c) + ".composer.googleusercontent.com"
}
