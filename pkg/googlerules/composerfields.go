package googlerules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/composer"
)

// generations has the fields of an environment that some generations of Cloud
// Composer do not have, as composer.EnvironmentSource says of each.
var generations = []struct {
	at   string
	have []int
}{
	{"config.nodeCount", []int{1}},
	{"config.nodeConfig.zone", []int{1}},
	{"config.nodeConfig.machineType", []int{1}},
	{"config.nodeConfig.diskSizeGb", []int{1}},
	{"config.nodeConfig.oauthScopes", []int{1}},
	{"config.nodeConfig.maxPodsPerNode", []int{1}},
	{"config.nodeConfig.ipAllocationPolicy.useIpAliases", []int{1}},
	{"config.nodeConfig.ipAllocationPolicy", []int{1, 2}},
	{"config.nodeConfig.enableIpMasqAgent", []int{1, 2}},
	{"config.nodeConfig.composerNetworkAttachment", []int{3}},
	{"config.nodeConfig.composerInternalIpv4CidrBlock", []int{3}},
	{"config.softwareConfig.pythonVersion", []int{1}},
	{"config.softwareConfig.schedulerCount", []int{1}},
	{"config.softwareConfig.webServerPluginsMode", []int{3}},
	{"config.softwareConfig.cloudDataLineageIntegration", []int{2, 3}},
	{"config.databaseConfig.machineType", []int{1}},
	{"config.webServerConfig", []int{1}},
	{"config.environmentSize", []int{2, 3}},
	{"config.resilienceMode", []int{2, 3}},
	{"config.workloadsConfig", []int{2, 3}},
	{"config.workloadsConfig.dagProcessor", []int{3}},
	{"config.recoveryConfig", []int{2, 3}},
	{"config.privateEnvironmentConfig", []int{1, 2}},
	{"config.privateEnvironmentConfig.webServerIpv4CidrBlock", []int{1}},
	{"config.privateEnvironmentConfig.cloudComposerNetworkIpv4CidrBlock", []int{2}},
	{"config.privateEnvironmentConfig.cloudComposerConnectionSubnetwork", []int{2}},
	{"config.masterAuthorizedNetworksConfig", []int{1, 2}},
	{"config.enablePrivateEnvironment", []int{3}},
	{"config.enablePrivateBuildsOnly", []int{3}},
}

// fieldsOf refuses fields that the image's generation does not have. What is false
// is not asked for.
func fieldsOf(in inputs, generation int) (found []Failure) {
	if generation == 0 {
		return nil
	}
	for _, g := range generations {
		path := strings.Split(g.at, ".")
		v, given, known := in.Get(path...)
		if !given || slices.Contains(g.have, generation) || known && v.IsBool() && !v.BoolValue() {
			continue
		}
		names := make([]string, len(g.have))
		for i, n := range g.have {
			names[i] = fmt.Sprint(n)
		}
		found = append(found, Failure{Property: g.at, Source: composer.EnvironmentSource,
			Reason: fmt.Sprintf("only environments of Cloud Composer %s have it, and the image is of Cloud Composer %d", strings.Join(names, " and "), generation)})
	}
	return found
}

// workloadNames are Pulumi's names of the workloads.
var workloadNames = map[string]string{
	composer.Scheduler: "scheduler", composer.WebServer: "webServer", composer.Worker: "worker", composer.Triggerer: "triggerer",
	composer.DAGProcessor: "dagProcessor",
}

// resourceNames are Pulumi's names of what a workload gets.
var resourceNames = map[string]string{
	"cpu": "cpu", "memory_gb": "memoryGb", "storage_gb": "storageGb", "count": "count", "min_count": "minCount", "max_count": "maxCount",
}

// workloadsOf tests what the workloads get.
func workloadsOf(in inputs, generation int) (found []Failure) {
	resilient := in.Str("config", "resilienceMode") == composer.HighResilience
	for _, w := range composer.Workloads(generation) {
		at := []string{"config", "workloadsConfig", workloadNames[w.Name]}
		if !in.Given(at...) {
			continue
		}
		number := func(field string) *float64 {
			v, given, known := in.Get(append(at[:len(at):len(at)], resourceNames[field])...)
			if !given || !known || !v.IsNumber() {
				return nil
			}
			n := v.NumberValue()
			return &n
		}
		r := composer.Resources{
			CPU: number("cpu"), MemoryGB: number("memory_gb"), StorageGB: number("storage_gb"),
			Count: number("count"), MinCount: number("min_count"), MaxCount: number("max_count"),
		}
		add := func(faults []composer.Fault, source string) {
			for _, f := range faults {
				found = append(found, Failure{Property: strings.Join(at, ".") + "." + resourceNames[f.Field], Reason: f.Reason, Source: source})
			}
		}
		add(w.Check(r), composer.WorkloadsSource(generation))
		if resilient {
			add(w.CheckResilient(r), composer.ResilienceSource)
		}
	}
	return found
}
