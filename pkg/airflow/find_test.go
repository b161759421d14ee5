package airflow

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
)

func TestFind(t *testing.T) {
	for version, want := range map[string]Image{
		"composer-3-airflow-2.10.5-build.15": {Composer: 3, Airflow: "2.10.5", Line: "2.10", Released: "2025-09-30", Listed: true, Google: "17.2.0", Kubernetes: "10.8.0"},
		"composer-2.16.10-airflow-2.10.5":    {Composer: 2, Airflow: "2.10.5", Line: "2.10", Released: "2026-04-01", Listed: true, Google: "19.0.0", Kubernetes: "10.9.0"},
		"composer-3-airflow-3.1.7-build.0":   {Composer: 3, Airflow: "3.1.7", Line: "3.1", Released: "2026-03-03", Listed: true, Kubernetes: "10.11.1"},
		"composer-3-airflow-2.10.5-build.99": {Composer: 3, Airflow: "2.10.5", Line: "2.10"},
		"composer-3-airflow-3.1.8-build.0":   {Composer: 3, Airflow: "3.1.8", Line: "3.1"},
		"composer-2.99.0-airflow-2.10.5":     {Composer: 2, Airflow: "2.10.5", Line: "2.10"},
		"composer-2.16.11-airflow-2.10.5":    {Composer: 2, Airflow: "2.10.5", Line: "2.10"},
		"composer-3-airflow-2":               {Composer: 3, Airflow: "2.10.5", Line: "2.10", Alias: true},
		"composer-3-airflow-2.10":            {Composer: 3, Airflow: "2.10.5", Line: "2.10", Alias: true},
		"composer-3-airflow-2.10.5":          {Composer: 3, Airflow: "2.10.5", Line: "2.10", Alias: true},
		"composer-3-airflow-3":               {Composer: 3, Airflow: "3.1.7", Line: "3.1", Alias: true},
		"composer-2-airflow-2.10.5":          {Composer: 2, Airflow: "2.10.5", Line: "2.10", Alias: true},
		"composer-2.16.10-airflow-2":         {Composer: 2, Airflow: "2.10.5", Line: "2.10", Alias: true},
	} {
		want.Version, want.Python = version, "3.11"
		got, err := Find(version)
		require.NoError(t, err, version)
		assert.Equal(t, want, got)
	}
}

func TestFindRefuses(t *testing.T) {
	for version, why := range map[string]string{
		"":                                     "has the form",
		"composer-3":                           "has the form",
		"composer-latest-airflow-2.10.5":       "has the form",
		"composer-3-airflow-2.10.5-build.15\n": "has the form",
		"composer-3-airflow-2.10-build.1":      "full version of Airflow",
		"composer-3.1.0-airflow-2.10.5":        "builds instead of a version",
		"composer-2-airflow-2.10.5-build.1":    "have no build",
		"composer-1.20.12-airflow-1.10.15":     "Composer 1 can no longer be created",
		"composer-4-airflow-2.10.5-build.1":    "dorc knows Composer 2 and 3",
		"composer-3-airflow-2.9.3-build.53":    "it has Airflow 2.9.3, and dorc knows the packages and operators of 2.10 and 3.1",
		"composer-2.16.10-airflow-2.11.1":      "it has Airflow 2.11.1",
		"composer-2.16.10-airflow-3.1.7":       "Airflow 3 needs Composer 3",
		"composer-2-airflow-3":                 "Airflow 3 needs Composer 3",
		"composer-3-airflow-2.10.5-build.20":   "has closed this build",
		"composer-2.15.4-airflow-2.10.5":       "has closed this build",
		"composer-3-airflow-2.10.5-build.21":   "does not name it",
		"composer-3-airflow-2.10.2-build.13":   "does not name it",
		"composer-3-airflow-3.1.3":             "does not name it",
		"composer-3-airflow-3.1.0-build.11":    "does not name it",
		"composer-2.13.10-airflow-2.10.5":      "does not name it",
		"composer-2.1.0-airflow-2":             "does not name it",
	} {
		_, err := Find(version)
		var p problem.Problem
		require.ErrorAs(t, err, &p, version)
		assert.Equal(t, "the image version of Composer is not known", p.Summary)
		assert.Contains(t, p.Detail, why, version)
		assert.Contains(t, p.Hint, Default().Version)
	}
	_, err := Find("composer-3-airflow-2.10.5-bild.15")
	assert.ErrorContains(t, err, `Did you mean "composer-3-airflow-2.10.5-build.15"?`)
}

func TestImages(t *testing.T) {
	assert.Equal(t, "composer-3-airflow-2.10.5-build.33", Default().Version)
	assert.Equal(t, []string{"2.10", "3.1"}, Lines())
	for _, i := range Images() {
		assert.Regexp(t, `^\d{4}-\d\d-\d\d$`, i.Released)
		found, err := Find(i.Version)
		require.NoError(t, err)
		assert.Equal(t, i, found)
	}
}

func TestNotice(t *testing.T) {
	for version, want := range map[string]string{
		"composer-3-airflow-2.10.5-build.33": "",
		"composer-3-airflow-3.1.7-build.4":   "",
		"composer-3-airflow-2.10.5-build.10": "composer-3-airflow-2.10.5-build.10 has apache-airflow-providers-google 15.1.0; operators are checked against Airflow 2.10.5 with apache-airflow-providers-google 19.0.0",
		"composer-3-airflow-3.1.7-build.1":   "composer-3-airflow-3.1.7-build.1 has apache-airflow-providers-cncf-kubernetes 10.13.0; operators are checked against 10.14.0",
		"composer-3-airflow-3.1.7-build.9":   "composer-3-airflow-3.1.7-build.9 is not in dorc's list of images, which ends with 2026-04-01; operators are checked against Airflow 3.1.7 with apache-airflow-providers-google 20.0.0",
		"composer-3-airflow-2":               "composer-3-airflow-2 leaves a part of the version to Composer; operators are checked against Airflow 2.10.5 with apache-airflow-providers-google 19.0.0",
	} {
		i, err := Find(version)
		require.NoError(t, err)
		assert.Equal(t, want, i.Notice())
	}
}
