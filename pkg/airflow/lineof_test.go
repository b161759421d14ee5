package airflow

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLineOf(t *testing.T) {
	for version, want := range map[string]string{
		"composer-3-airflow-2.10.5-build.15": "2.10", "composer-3-airflow-3.1.7-build.2": "3.1", "composer-3-airflow-2.10": "2.10",
		"composer-2.9.10-airflow-2.10.1": "2.10", "composer-3-airflow-2.10.2-build.0": "2.10",
	} {
		got, err := LineOf(version)
		require.NoError(t, err, version)
		assert.Equal(t, want, got, version)
	}
	for _, i := range list() {
		got, err := LineOf(i.Version)
		require.NoError(t, err)
		assert.Equal(t, i.Line, got, "also what is withdrawn runs somewhere")
	}
	for version, want := range map[string]string{
		"composer-2.6.0-airflow-2.6.3": "it has Airflow 2.6.3, and dorc knows the packages and operators of 2.10 and 3.1", "": "an image version has the form",
	} {
		_, err := LineOf(version)
		require.ErrorContains(t, err, want)
	}
}
