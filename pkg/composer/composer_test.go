package composer_test

import (
	"testing"

	"github.com/dorc-dev/dorc/pkg/composer"
)

func TestWindowsPerWeek(t *testing.T) {
	for recurrence, want := range map[string]int{
		"FREQ=DAILY":                 7,
		"FREQ=WEEKLY;BYDAY=SA":       1,
		"FREQ=WEEKLY;BYDAY=MO,WE,FR": 3,
		"FREQ=WEEKLY;BYDAY=MO,MO":    1,
		"FREQ=WEEKLY;BYDAY=XX":       0,
		"FREQ=WEEKLY":                0,
		"FREQ=MONTHLY;BYDAY=MO":      0,
		"RRULE:FREQ=DAILY":           0,
		"":                           0,
	} {
		if got := composer.WindowsPerWeek(recurrence); got != want {
			t.Errorf("%q: %d, want %d", recurrence, got, want)
		}
	}
}

func TestRefuseVariable(t *testing.T) {
	for name, refused := range map[string]bool{
		"DOP_PROJECT_ID": false, "_a": false, "a1": false, "AIRFLOW_VAR_X": false, "AIRFLOW__CORE": false,
		"1A": true, "A-B": true, "": true, "AIRFLOW__CORE__X": true, "GCS_BUCKET": true, "PATH": true, "GOOGLE_CLOUD_PROJECT": true,
	} {
		if got := composer.RefuseVariable(name); (got != "") != refused {
			t.Errorf("%q: %q", name, got)
		}
	}
}

func TestRefuseOption(t *testing.T) {
	for _, c := range []struct {
		generation int
		option     string
		refused    bool
	}{
		{3, "core-dags_are_paused_at_creation", false},
		{3, "core-dags_folder", true},
		{2, "cli-api_client", true},
		{2, "kubernetes-config_file", false},
		{3, "kubernetes-config_file", true},
		{3, "core", true},
		{3, "core-", true},
		{3, "-x", true},
		{3, "co.re-x", true},
		{3, "core-a=b", true},
	} {
		if got := composer.RefuseOption(c.generation, c.option); (got != "") != c.refused {
			t.Errorf("%d %q: %q", c.generation, c.option, got)
		}
	}
}

func TestRefuseOptionValue(t *testing.T) {
	for _, c := range []struct {
		generation    int
		option, value string
		want          string
	}{
		{3, "celery-worker_concurrency", "24", ""},
		{3, "celery-worker_concurrency", "25", "Composer 3 takes at most 24"},
		{2, "celery-worker_concurrency", "25", ""},
		{3, "core-min_file_process_interval", "5", "Composer 3 takes 30 and more"},
		{3, "core-min_file_process_interval", "often", "it is a number"},
		{3, "core-parallelism", "1000", ""},
	} {
		if got := composer.RefuseOptionValue(c.generation, c.option, c.value); got != c.want {
			t.Errorf("%s=%s: %q, want %q", c.option, c.value, got, c.want)
		}
	}
}

func TestRange(t *testing.T) {
	cpu := func(generation int, name string) composer.Range {
		w, ok := composer.FindWorkload(generation, name)
		if !ok {
			t.Fatalf("no %s in Composer %d", name, generation)
		}
		return w.CPU
	}
	for _, c := range []struct {
		of   composer.Range
		v    float64
		want string
	}{
		{cpu(2, composer.Worker), 0.75, ""},
		{cpu(2, composer.Worker), 0.6, "0.5 to 28 in steps of 0.25 are possible"},
		{cpu(2, composer.Worker), 29, "0.5 to 28 in steps of 0.25 are possible"},
		{cpu(3, composer.Worker), 6, ""},
		{cpu(3, composer.Worker), 1.5, "0.5 to 32, of them 0.5, 1 and multiples of 2, are possible"},
		{cpu(3, composer.WebServer), 0.5, "1 to 4, of them 1 and multiples of 2, are possible"},
		{composer.Range{Min: 0, Max: 100, Step: 1}, 2.5, "whole numbers from 0 to 100 are possible"},
	} {
		if got := c.of.Refuse(c.v); got != c.want {
			t.Errorf("%v in %+v: %q, want %q", c.v, c.of, got, c.want)
		}
	}
	if _, ok := composer.FindWorkload(2, composer.DAGProcessor); ok {
		t.Error("Composer 2 has a DAG processor of its own")
	}
	if len(composer.Workloads(3)) != len(composer.Components()) || composer.Workloads(1) != nil {
		t.Error("not the components of Composer 3, or some of Composer 1")
	}
}
