package composer

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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

func TestResources(t *testing.T) {
	for name, tt := range map[string]struct {
		generation int
		workload   string
		r          Resources
		field      string
		want       string
	}{
		"small":                   {2, Scheduler, Resources{CPU: n(0.5), MemoryGB: n(1.875), StorageGB: n(1), Count: n(1)}, "", ""},
		"nothing":                 {3, Worker, Resources{}, "", ""},
		"CPU of a half":           {3, Worker, Resources{CPU: n(0.5), MemoryGB: n(2), MinCount: n(1), MaxCount: n(3)}, "", ""},
		"odd CPU":                 {3, Worker, Resources{CPU: n(3)}, "cpu", "multiples of 2, are possible, and 3 is given"},
		"no CPU":                  {3, Worker, Resources{CPU: n(0), MemoryGB: n(1)}, "cpu", "0.5 to 32"},
		"CPU between steps":       {2, Worker, Resources{CPU: n(0.6)}, "cpu", "in steps of 0.25"},
		"much memory for its CPU": {3, DAGProcessor, Resources{CPU: n(1), MemoryGB: n(9)}, "memory_gb", "1 to 8 GB for each core, and 9 GB for 1"},
		"much memory":             {2, WebServer, Resources{MemoryGB: n(81)}, "memory_gb", "1 to 80"},
		"storage of a triggerer":  {3, Triggerer, Resources{StorageGB: n(1)}, "storage_gb", "none to choose"},
		"many schedulers":         {3, Scheduler, Resources{Count: n(4)}, "count", "from 1 to 3 are possible, and 4"},
		"half a scheduler":        {2, Scheduler, Resources{Count: n(1.5)}, "count", "whole numbers"},
		"no triggerer":            {2, Triggerer, Resources{Count: n(0)}, "", ""},
		"count of web servers":    {3, WebServer, Resources{Count: n(1)}, "count", "none to choose"},
		"fewer than least":        {3, Worker, Resources{MinCount: n(3), MaxCount: n(2)}, "min_count", "above max_count, which is 2"},
		"too many":                {3, Worker, Resources{MaxCount: n(101)}, "max_count", "from 1 to 100"},
	} {
		w, ok := FindWorkload(tt.generation, tt.workload)
		require.True(t, ok)
		found := w.Check(tt.r)
		if tt.want == "" {
			assert.Empty(t, found, name)
			continue
		}
		if assert.Len(t, found, 1, name) {
			assert.Equal(t, tt.field, found[0].Field, name)
			assert.Contains(t, found[0].Reason, tt.want, name)
		}
	}
}

func TestResilience(t *testing.T) {
	for _, tt := range []struct {
		workload    string
		r           Resources
		field, want string
	}{
		{Scheduler, Resources{Count: n(2)}, "", ""},
		{Scheduler, Resources{Count: n(3)}, "count", "exactly 2 schedulers"},
		{Triggerer, Resources{Count: n(0)}, "", ""},
		{Triggerer, Resources{Count: n(1)}, "count", "no triggerer, or at least 2"},
		{DAGProcessor, Resources{Count: n(1)}, "count", "2 DAG processors"},
		{Worker, Resources{MinCount: n(1)}, "min_count", "2 workers"},
		{Worker, Resources{MinCount: n(2)}, "", ""},
	} {
		w, ok := FindWorkload(3, tt.workload)
		require.True(t, ok)
		found := w.CheckResilient(tt.r)
		if tt.want == "" {
			assert.Empty(t, found, tt.workload)
			continue
		}
		require.Len(t, found, 1)
		assert.Equal(t, tt.field, found[0].Field)
		assert.Contains(t, found[0].Reason, tt.want)
	}
}

func TestMaintenance(t *testing.T) {
	at := func(hours string) string { return "2026-01-03T" + hours + ":00Z" }
	for name, tt := range map[string]struct{ start, end, rule, field, want string }{
		"a weekend":        {at("00:00"), at("06:00"), "FREQ=WEEKLY;BYDAY=SA,SU", "", ""},
		"each day":         {at("01:00"), at("05:00"), "FREQ=DAILY", "", ""},
		"too short a slot": {at("01:00"), at("04:59"), "FREQ=DAILY", "end", "at least 4 hours long, and 3h59m are given"},
		"too little":       {at("00:00"), at("04:30"), "FREQ=WEEKLY;BYDAY=SA,SU", "recurrence", "2 of 4h30m are 9h"},
		"backwards":        {at("05:00"), at("01:00"), "FREQ=DAILY", "end", "later than the start"},
		"longer than days": {at("05:00"), "2026-01-05T05:00:00Z", "FREQ=DAILY", "end", "at most 24 hours"},
		"no time":          {"tomorrow", at("05:00"), "FREQ=DAILY", "start", "2026-01-01T01:00:00Z"},
		"no end":           {at("05:00"), "6 o'clock", "FREQ=DAILY", "end", "2026-01-01T05:00:00Z"},
		"hourly":           {at("00:00"), at("06:00"), "FREQ=HOURLY", "recurrence", "FREQ=DAILY, or FREQ=WEEKLY;BYDAY="},
		"no day":           {at("00:00"), at("06:00"), "FREQ=WEEKLY;BYDAY=SAT", "recurrence", "BYDAY= with days"},
		"a day twice":      {at("00:00"), at("06:00"), "FREQ=WEEKLY;BYDAY=SA,SA", "recurrence", "1 of 6h are 6h"},
		"not known yet":    {"", at("06:00"), "FREQ=WEEKLY;BYDAY=SA", "", ""},
	} {
		field, reason := WindowReason(tt.start, tt.end, tt.rule)
		assert.Equal(t, tt.field, field, name)
		assertReason(t, tt.want, reason, name)
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
