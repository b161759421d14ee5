package airflow

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whatever is given is refused with a hint, or belongs to a line whose lock file and
// catalog there are; the version is never changed on the way.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{"composer-3-airflow-2.10.5-build.33", "composer-2.16.10-airflow-2.10.5", "composer-3-airflow-3", "composer-2-airflow-2.10",
		"composer-3-airflow-2.10.5-build.99999", "composer-0003-airflow-02.10", "composer-latest-airflow-2", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, version string) {
		i, err := Find(version)
		if err != nil {
			require.ErrorContains(t, err, "The newest that dorc knows are")
			return
		}
		assert.Equal(t, version, i.Version)
		assert.Contains(t, Lines(), i.Line)
		assert.Regexp(t, `^\d+\.\d+\.\d+$`, i.Airflow)
		assert.NotEmpty(t, i.Packages())
	})
}
