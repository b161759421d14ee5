package composer

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// assertReason holds that a reason has a text; an empty one wants none.
func assertReason(t *testing.T, want, got, of string) {
	t.Helper()
	if want == "" {
		assert.Empty(t, got, of)
	} else {
		assert.Contains(t, got, want, of)
	}
}

func n(v float64) *float64 { return &v }

func TestWorkloads(t *testing.T) {
	for name, tt := range map[string]struct {
		generation int
		workload   string
		r          Resources
		field      string
		want       string
	}{
		"small":                   {2, "scheduler", Resources{CPU: n(0.5), MemoryGB: n(1.875), StorageGB: n(1), Count: n(1)}, "", ""},
		"nothing":                 {3, "worker", Resources{}, "", ""},
		"first generation":        {1, "scheduler", Resources{CPU: n(1000)}, "", ""},
		"CPU of a half":           {3, "worker", Resources{CPU: n(0.5), MemoryGB: n(2), MinCount: n(1), MaxCount: n(3)}, "", ""},
		"odd CPU":                 {3, "worker", Resources{CPU: n(3)}, "cpu", "0.5, 1 or an even number"},
		"CPU between steps":       {2, "worker", Resources{CPU: n(0.6)}, "cpu", "a multiple of 0.25 vCPU"},
		"much CPU":                {2, "worker", Resources{CPU: n(29)}, "cpu", "0.5 to 28 vCPU, and 29 is given"},
		"much memory for its CPU": {3, "dag_processor", Resources{CPU: n(1), MemoryGB: n(9)}, "memory_gb", "9 GB for 1 vCPU is 9"},
		"much memory":             {2, "web_server", Resources{MemoryGB: n(81)}, "memory_gb", "1 to 80 GB"},
		"storage of a triggerer":  {3, "triggerer", Resources{StorageGB: n(1)}, "storage_gb", "no storage"},
		"many schedulers":         {3, "scheduler", Resources{Count: n(4)}, "count", "1 to 3, and 4"},
		"half a scheduler":        {2, "scheduler", Resources{Count: n(1.5)}, "count", "a whole number"},
		"no triggerer":            {2, "triggerer", Resources{Count: n(0)}, "", ""},
		"count of web servers":    {3, "web_server", Resources{Count: n(1)}, "count", "cannot be chosen"},
		"count of workers":        {3, "worker", Resources{Count: n(1)}, "count", "between min_count and max_count"},
		"fewer than least":        {3, "worker", Resources{MinCount: n(3), MaxCount: n(2)}, "min_count", "not above max_count, which is 2"},
		"a DAG processor in 2":    {2, "dag_processor", Resources{}, "", "Cloud Composer 2 has no workload dag processor"},
	} {
		found := CheckWorkload(tt.generation, tt.workload, tt.r)
		if tt.want == "" {
			assert.Empty(t, found, name)
			continue
		}
		if assert.Len(t, found, 1, name) {
			assert.Equal(t, tt.field, found[0].Field, name)
			assert.Contains(t, found[0].Reason, tt.want, name)
		}
	}
	assert.Len(t, Workloads(2), 4)
	assert.Len(t, Workloads(3), 5)
}

func TestResilience(t *testing.T) {
	for _, tt := range []struct {
		workload    string
		r           Resources
		field, want string
	}{
		{"scheduler", Resources{Count: n(2)}, "", ""},
		{"scheduler", Resources{Count: n(3)}, "count", "exactly 2 schedulers"},
		{"triggerer", Resources{Count: n(0)}, "", ""},
		{"triggerer", Resources{Count: n(1)}, "count", "no triggerer, or at least 2"},
		{"dag_processor", Resources{Count: n(1)}, "count", "2 DAG processors"},
		{"worker", Resources{MinCount: n(1)}, "min_count", "2 workers"},
		{"worker", Resources{MinCount: n(2)}, "", ""},
	} {
		field, reason := ResilientReason(tt.workload, tt.r)
		assert.Equal(t, tt.field, field)
		assertReason(t, tt.want, reason, tt.workload)
	}
}

func TestMaintenance(t *testing.T) {
	at := func(hours string) string { return "2026-01-03T" + hours + ":00Z" }
	for name, tt := range map[string]struct{ start, end, rule, field, want string }{
		"a weekend":        {at("00:00"), at("06:00"), "FREQ=WEEKLY;BYDAY=SA,SU", "", ""},
		"each day":         {at("01:00"), at("05:00"), "FREQ=DAILY", "", ""},
		"too short a slot": {at("01:00"), at("04:59"), "FREQ=DAILY", "end", "at least 4 hours long, and 3h59m is given"},
		"too little":       {at("00:00"), at("04:30"), "FREQ=WEEKLY;BYDAY=SA,SU", "recurrence", "2 of 4h30m are 9h"},
		"backwards":        {at("05:00"), at("01:00"), "FREQ=DAILY", "end", "later than the start"},
		"longer than days": {at("05:00"), "2026-01-05T05:00:00Z", "FREQ=DAILY", "end", "at most 24 hours"},
		"no time":          {"tomorrow", at("05:00"), "FREQ=DAILY", "start", "2026-01-01T01:00:00Z"},
		"no end":           {at("05:00"), "6 o'clock", "FREQ=DAILY", "end", "2026-01-01T05:00:00Z"},
		"hourly":           {at("00:00"), at("06:00"), "FREQ=HOURLY", "recurrence", "FREQ=DAILY, or FREQ=WEEKLY;BYDAY="},
		"no day":           {at("00:00"), at("06:00"), "FREQ=WEEKLY;BYDAY=SAT", "recurrence", `"SAT" is no day`},
		"a day twice":      {at("00:00"), at("06:00"), "FREQ=WEEKLY;BYDAY=SA,SA", "recurrence", "there twice"},
		"not known yet":    {"", at("06:00"), "FREQ=WEEKLY;BYDAY=SA", "", ""},
	} {
		field, reason := WindowReason(tt.start, tt.end, tt.rule)
		assert.Equal(t, tt.field, field, name)
		assertReason(t, tt.want, reason, name)
	}
}

func TestVariables(t *testing.T) {
	for name, want := range map[string]string{
		"DOP_PROJECT_ID": "", "_a": "", "1A": "does not begin with a digit", "A-B": "letters, digits and _", "": "letters",
		"GCS_BUCKET": "is a reserved name", "COMPOSER_ENVIRONMENT": "is a reserved name", "AIRFLOW__CORE__X": "an option of Airflow",
	} {
		assertReason(t, want, VariableReason(name), name)
	}
}

func TestOverrides(t *testing.T) {
	for _, tt := range []struct {
		generation       int
		key, value, want string
	}{
		{3, "core-dags_are_paused_at_creation", "True", ""},
		{3, "core.dags_are_paused_at_creation", "True", "without dots"},
		{3, "parallelism", "1", "<section>-<option>"},
		{3, "core-", "1", "<section>-<option>"},
		{3, "[core]-x", "1", "<section>-<option>"},
		{3, "core-fernet_key", "x", "Composer sets the option fernet_key of Airflow's section [core] itself"},
		{2, "cli-anything", "x", "blocks it"},
		{3, "celery-worker_concurrency", "25", "in Cloud Composer 3 it is 1 to 24, and 25 is given"},
		{2, "celery-worker_concurrency", "25", ""},
		{3, "celery-worker_concurrency", "many", ""},
		{3, "scheduler-scheduler_heartbeat_sec", "5", "at least 15, and 5 is given"},
	} {
		assertReason(t, tt.want, OverrideReason(tt.generation, tt.key, tt.value), tt.key)
	}
}

func TestPackages(t *testing.T) {
	for name, versions := range map[string]string{
		"numpy": "", "dataclasses": "==0.7", "apache-airflow-providers-amazon": "[aiobotocore, cncf.kubernetes]>=8.1, <9", "a": "~=1.2", "b.c_d-e": "===1.0+local", "f": "[x]", "g": "==1.*",
	} {
		assert.Empty(t, PackageReason(name, versions), name)
	}
	for _, tt := range []struct{ name, versions, want string }{
		{"a==1", "", "the name of a package alone"}, {"Numpy", "", "lower case"}, {"a", "1.2", `"1.2" is no version of a`}, {"a", "==1,", `"" is no version`},
		{"a", "[x", `"[x"`}, {"", "", "the name of a package"}, {"a", "==1; python_version<'3'", "is no version"}, {"a", "@ https://example.com/a.whl", "is no version"},
		{"a", "==1 --index-url=x", "is no version"},
	} {
		assertReason(t, tt.want, PackageReason(tt.name, tt.versions), tt.name+tt.versions)
	}
}

func TestEnvironment(t *testing.T) {
	for name, want := range map[string]string{
		"prod-composer": "", "a": "", strings.Repeat("c", MaxName): "", strings.Repeat("c", MaxName+1): "1 to 63", "Prod": "lower-case", "a-": "end", "1a": "begins with a letter", "": "1 to 63",
	} {
		assertReason(t, want, NameReason(name), name)
	}
	const key = "projects/p/locations/europe-west2/keyRings/r/cryptoKeys/k"
	assert.Empty(t, KeyReason(key, "europe-west2"))
	assert.Empty(t, KeyReason(key, ""))
	assert.Contains(t, KeyReason(key, "us-central1"), "region us-central1, and it is in europe-west2")
	assert.Contains(t, KeyReason("k", ""), "cryptoKeys/<key>")
	for zone, want := range map[string]string{"UTC": "", "UTC+12": "", "UTC-3": "", "UTC+13": "UTC-12 to UTC+12", "Europe/London": "an offset", "UTC+": "an offset"} {
		assertReason(t, want, OffsetReason(zone), zone)
	}
	assert.Empty(t, FolderReason("gs://snapshots/prod"))
	assert.NotEmpty(t, FolderReason("snapshots"))
}
