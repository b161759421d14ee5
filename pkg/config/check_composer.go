package config

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/composer"
)

// checkComposer checks what depends on more than one key of a block composer. While
// a single key is being set, the others may come later.
func checkComposer(r *reader, n *yaml.Node, c *composerRead) {
	takeSchedulers(r, c)
	checkAccount(r, c.at["dbt_service_account"], c.at["use_externally_managed_dbt_sa"], &c.Dbt, "dbt_service_account", "use_externally_managed_dbt_sa")
	if c.Existing != "" {
		checkExisting(r, n, c)
		return
	}
	checkAccount(r, c.at["service_account"], c.at["use_externally_managed_composer_sa"], &c.ServiceAccount, "service_account", "use_externally_managed_composer_sa")
	if r.partial {
		return
	}
	for _, key := range []string{"bucket", "airflow_uri"} {
		if at := c.at[key]; at != nil {
			r.add(at, key+" without existing", "the environment that dorc makes has its own", "remove it, or add existing: <the environment's name>")
		}
	}
	image, err := airflow.Find(or(c.ImageVersion, airflow.Default().Version))
	if err != nil {
		return // said already
	}
	checkGeneration(r, c, image.Composer)
	checkWorkloads(r, c, image.Composer)
	checkOverrides(r, c, image.Composer)
}

// ofExisting are the keys that go with existing.
var ofExisting = []string{
	"existing", "bucket", "airflow_uri", "image_version", "service_account", "use_externally_managed_composer_sa", "dbt_service_account",
	"use_externally_managed_dbt_sa", "data_location",
}

func checkExisting(r *reader, n *yaml.Node, c *composerRead) {
	if c.ServiceAccount.Email != "" {
		shaped(r, c.at["service_account"], "service_account", accountEmailShape)
	}
	c.ServiceAccount.External = true
	if r.partial {
		return
	}
	if c.at["bucket"] == nil {
		r.add(c.at["existing"], "existing without bucket", "dorc puts the DAGs into the environment's bucket", "add bucket: <its name>; gcloud composer environments describe shows it")
	}
	for _, key := range slices.Sorted(maps.Keys(c.at)) {
		if !strings.Contains(key, ".") && key != "node_pool" && !slices.Contains(ofExisting, key) {
			r.add(c.at[key], key+" describes an environment, and existing names one", "dorc changes nothing of an environment that someone else made", "remove "+key+", or existing")
		}
	}
}

// onlyIn are the keys that one generation alone has.
var onlyIn = map[string]int{
	"pods_cidr": 2, "services_cidr": 2, "pods_range": 2, "services_range": 2, "control_plane_cidr": 2,
	"network_attachment": 3, "enable_private_builds_only": 3, "internal_cidr": 3,
}

func checkGeneration(r *reader, c *composerRead, generation int) {
	for _, key := range slices.Sorted(maps.Keys(onlyIn)) {
		if at := c.at[key]; at != nil && onlyIn[key] != generation {
			r.add(at, key+" is of Composer "+strconv.Itoa(onlyIn[key]), "image_version is "+or(c.ImageVersion, airflow.Default().Version), "remove it")
		}
	}
	for _, pair := range [][2]string{{"pods_range", "pods_cidr"}, {"services_range", "services_cidr"}} {
		if c.at[pair[0]] != nil && c.at[pair[1]] != nil {
			r.add(c.at[pair[1]], pair[1]+" and "+pair[0], "a range that exists has its addresses", "remove one of them")
		}
	}
	if at := c.at["control_plane_cidr"]; at != nil && c.Private != nil && !*c.Private {
		r.add(at, "control_plane_cidr without private", "the control plane of a public environment has no addresses of its own", "remove it, or private: false")
	}
}

// checkWorkloads holds the sizes against the generation's limits.
func checkWorkloads(r *reader, c *composerRead, generation int) {
	for _, name := range composer.Components() {
		w, given := c.Workloads[name]
		if !given {
			continue
		}
		limits, known := composer.FindWorkload(generation, name)
		if !known {
			r.add(c.at["workloads."+name], fmt.Sprintf("Composer %d has no %s of its own", generation, name), composer.WorkloadsSource(generation), "remove it")
			continue
		}
		check := workloadCheck{r: r, c: c, name: name, source: composer.WorkloadsSource(generation)}
		check.number("cpu", limits.CPU, w.CPU)
		check.number("memory_gb", limits.Memory, w.MemoryGB)
		if w.StorageGB != nil {
			check.number("storage_gb", limits.Storage, *w.StorageGB)
		}
		check.perCPU(limits.PerCPU, w)
		check.counts(limits, w)
		if c.Resilience == "high" {
			check.resilient(limits, w)
		}
	}
}

// workloadCheck checks one component.
type workloadCheck struct {
	r            *reader
	c            *composerRead
	name, source string
}

func (w workloadCheck) at(key string) *yaml.Node { return w.c.at["workloads."+w.name+"."+key] }

func (w workloadCheck) number(key string, limit composer.Range, v float64) {
	at := w.at(key)
	if at == nil {
		return
	}
	_, ok := new(reader).decimal(at, key)
	switch {
	case !ok: // said already
	case limit.None():
		w.r.add(at, w.name+" has no "+key, "Cloud Composer decides it ("+w.source+")", "remove it")
	default:
		if why := limit.Refuse(v); why != "" {
			w.r.add(at, key+" of "+w.name+" is not possible", "it is "+composer.Number(v)+"; "+why+" ("+w.source+")", "")
		}
	}
}

// perCPU wants memory that goes with the cores, where both are given.
func (w workloadCheck) perCPU(limit composer.Range, size Workload) {
	if size.CPU <= 0 || size.MemoryGB <= 0 {
		return
	}
	if ratio := size.MemoryGB / size.CPU; ratio < limit.Min || ratio > limit.Max {
		w.r.add(w.at("memory_gb"), "memory_gb of "+w.name+" does not go with its cpu",
			fmt.Sprintf("%s GB for %s cores; %s to %s GB for each are possible (%s)", composer.Number(size.MemoryGB), composer.Number(size.CPU),
				composer.Number(limit.Min), composer.Number(limit.Max), w.source),
			fmt.Sprintf("write %s to %s", composer.Number(size.CPU*limit.Min), composer.Number(size.CPU*limit.Max)))
	}
}

func (w workloadCheck) counts(limits composer.Workload, size Workload) {
	given := map[string]*int{"count": size.Count, "min_count": size.MinCount, "max_count": size.MaxCount}
	for _, key := range []string{"count", "min_count", "max_count"} {
		v, at := given[key], w.at(key)
		switch {
		case v == nil:
		case limits.Count.None():
			w.r.add(at, w.name+" has no "+key, "there is one", "remove it")
		case limits.Scales == (key == "count"):
			hint := "write count"
			if limits.Scales {
				hint = "write min_count and max_count"
			}
			w.r.add(at, w.name+" has no "+key, "the number of workers alone follows the work", hint)
		default:
			w.number(key, limits.Count, float64(*v))
		}
	}
	if size.MinCount != nil && size.MaxCount != nil && *size.MinCount > *size.MaxCount {
		w.r.add(w.at("min_count"), "min_count of "+w.name+" is more than max_count", fmt.Sprintf("%d and %d", *size.MinCount, *size.MaxCount), "")
	}
	if limits.Whole && (size.Count == nil || w.at("cpu") == nil || w.at("memory_gb") == nil) {
		w.r.add(w.c.at["workloads."+w.name], w.name+" is not whole", "count, cpu and memory_gb go together", "write {count: 1, cpu: 0.5, memory_gb: 1}")
	}
}

// resilient wants the numbers that high resilience needs.
func (w workloadCheck) resilient(limits composer.Workload, size Workload) {
	number := func(n *int) *float64 {
		if n == nil {
			return nil
		}
		v := float64(*n)
		return &v
	}
	for _, f := range limits.CheckResilient(composer.Resources{Count: number(size.Count), MinCount: number(size.MinCount)}) {
		w.r.add(w.at(f.Field), f.Field+" of "+w.name+" does not go with resilience: high", f.Reason+" ("+composer.ResilienceSource+")", "")
	}
}

func checkOverrides(r *reader, c *composerRead, generation int) {
	for _, option := range slices.Sorted(maps.Keys(c.AirflowOverrides)) {
		at := c.at["airflow_overrides."+option]
		if why := composer.RefuseOption(generation, option); why != "" {
			r.add(at, quote(option)+" is no option of Airflow that can be overridden", why+" ("+composer.OptionsSource+")", "it looks like core-dags_are_paused_at_creation")
			continue
		}
		if why := composer.RefuseOptionValue(generation, option, c.AirflowOverrides[option]); why != "" {
			r.add(at, "the value of "+quote(option)+" is not possible", "it is "+quote(c.AirflowOverrides[option])+"; "+why+" ("+composer.OptionsSource+")", "")
		}
	}
}
