package definition

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	// workersSource states how many instances a job may have.
	workersSource = "Dataflow's limit, https://cloud.google.com/dataflow/docs/reference/rest/v1b3/FlexTemplateRuntimeEnvironment"
	tagSource     = "https://cloud.google.com/vpc/docs/add-remove-network-tags#restrictions"
	// maxNetworkTags is that of an instance; Dataflow's own tag is one of them.
	maxNetworkTags     = 63
	machineTypePattern = `^[a-z][a-z0-9]*(-[a-z0-9]+)+$`
	networkTagPattern  = `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`
	// parameterPattern is dorc's own rule: a name is an option of Python (--name=value) and a variable of Jinja.
	parameterPattern = `^[A-Za-z_][A-Za-z0-9_]*$`
	maxParameterName = 100
)

var (
	machineTypeRegexp = regexp.MustCompile(machineTypePattern)
	networkTagRegexp  = regexp.MustCompile(networkTagPattern)
	parameterRegexp   = regexp.MustCompile(parameterPattern)

	workersSpan = span{1, 1000, "workers", workersSource}
	// pollingSpan ends at a day, the longest time for which nobody looks at a job.
	pollingSpan = span{1, 86400, "seconds", "dorc's own limit"}

	updates      = []string{string(UpdateDrain), string(UpdateInPlace), string(UpdateReplace)}
	workerImages = []string{string(WorkerImageSame), string(WorkerImageSeparate)}
)

// LaunchNames are the keys of a run's argument that are about the launch and are
// no parameters of the pipeline, with the key of pipeline.yaml that is their
// default, or "" for none.
var LaunchNames = map[string]string{
	"numWorkers": "workers", "maxWorkers": "max_workers", "machineType": "machine_type",
	"pollingSeconds": "polling_seconds", "workerContainerImage": "worker_image",
	"subnetwork": "", "region": "", "containerSpecGcsPath": "", "gcs_temp_folder": "",
}

// beamOptions are the options of Beam that the launch itself gives to a pipeline.
// Source: https://cloud.google.com/dataflow/docs/reference/pipeline-options
var beamOptions = []string{
	"runner", "project", "region", "job_name", "temp_location", "staging_location", "template_location",
	"service_account_email", "network", "subnetwork", "no_use_public_ips", "use_public_ips", "num_workers",
	"max_num_workers", "machine_type", "worker_machine_type", "sdk_container_image", "worker_harness_container_image",
	"streaming", "update", "sdk_location", "setup_file", "requirements_file",
}

func (v *validator) dataflow() {
	p := v.pipeline
	if v.source.Has("machine_type") && !machineTypeRegexp.MatchString(p.MachineType) {
		v.refuse("machine_type", fmt.Sprintf("%q cannot be a machine type", shorten(p.MachineType)), "", "Write one such as e2-standard-2.")
	}
	v.number("workers", float64(p.Workers), workersSpan)
	v.number("max_workers", float64(p.MaxWorkers), workersSpan)
	if v.source.Has("max_workers") && p.MaxWorkers > 0 && p.MaxWorkers < max(p.Workers, DefaultWorkers) {
		v.refuse("max_workers", "max_workers is less than workers",
			fmt.Sprintf("a job begins with %d and may have %d", max(p.Workers, DefaultWorkers), p.MaxWorkers), "")
	}
	v.number("polling_seconds", float64(p.PollingSeconds), pollingSpan)
	v.networkTags()
	v.oneOf("update", string(p.Update), updates)
	v.oneOf("worker_image", string(p.WorkerImage), workerImages)
	if v.source.Has("update") && !p.Streaming {
		v.refuse("update", "update is for streaming pipelines", "a batch job ends by itself; two runs are two jobs",
			"Remove it, or set streaming: true.")
	}
}

func (v *validator) oneOf(path, value string, all []string) {
	if v.source.Has(path) && !slices.Contains(all, value) {
		v.refuse(path, fmt.Sprintf("%s cannot be %q", path, shorten(value)), "it is one of: "+strings.Join(all, ", "), didYouMean(value, all))
	}
}

func (v *validator) networkTags() {
	tags := v.pipeline.NetworkTags
	if len(tags) > maxNetworkTags {
		v.refuse("network_tags", fmt.Sprintf("%d network tags are too many", len(tags)),
			fmt.Sprintf("an instance has at most %d, and dataflow is one of them (%s)", maxNetworkTags+1, tagSource), "")
	}
	for i, tag := range tags {
		if !networkTagRegexp.MatchString(tag) {
			v.refuse(item("network_tags", i), fmt.Sprintf("%q cannot be a network tag", shorten(tag)),
				"small letters, digits and -, a letter first and no - last, at most 63 ("+tagSource+")", "Rename it.")
		} else if first := slices.Index(tags, tag); first != i {
			v.refuse(item("network_tags", i), fmt.Sprintf("the network tag %q is there twice", tag), "", "Remove one.")
		}
	}
}

// parameters checks names, as far as the kind has rules for them, and the placeholders in texts.
func (v *validator) parameters(parameters map[string]any, path string, kind Kind) {
	for _, name := range sortedNames(parameters) {
		at := field(path, name)
		v.values(parameters[name], at)
		if kind == KindWorkflow {
			continue
		}
		refuse := func(summary, detail, hint string) {
			v.problems = append(v.problems, v.source.KeyProblem(at, summary, detail, hint))
		}
		setting, isSetting := LaunchNames[name]
		switch {
		case !parameterRegexp.MatchString(name) || len(name) > maxParameterName:
			refuse(fmt.Sprintf("%q cannot be the name of a parameter", shorten(name)),
				fmt.Sprintf("letters, digits and _, no digit first, at most %d: it is an option of Python and a variable of Jinja", maxParameterName), "Rename it.")
		case isSetting && setting != "":
			refuse(name+" is a setting of the launch, not a parameter of the pipeline", "", fmt.Sprintf("Use the key %s.", setting))
		case isSetting:
			refuse(name+" is a setting of the launch, not a parameter of the pipeline", "the environment decides it",
				"Give it in the argument of a run when one run shall have another.")
		case slices.Contains(beamOptions, name):
			refuse(fmt.Sprintf("the parameter %s is an option of Beam that the launch sets", name), "", "Remove it.")
		}
	}
}
