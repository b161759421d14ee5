package airflow_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dorc-dev/dorc/pkg/airflow"
)

func TestBringsAmazon(t *testing.T) {
	for name, version := range map[string]string{
		"apache-airflow-providers-amazon": "", "apache_airflow.providers-amazon": "==9.5.0",
		"apache-airflow-providers-google": "[amazon]", "apache-airflow": " [celery, amazon ] ==2.10.5",
	} {
		assert.True(t, airflow.BringsAmazon(map[string]string{"pandas": "", name: version}), name)
	}
	for name, version := range map[string]string{"amazon": "", "apache-airflow": "[amazonas]", "s3fs": "[amazon]"} {
		assert.False(t, airflow.BringsAmazon(map[string]string{name: version}), name)
	}
	assert.False(t, airflow.BringsAmazon(nil))
}

// What the amazon provider needs is locked with hashes, and is no package of the line.
func TestAmazonLock(t *testing.T) {
	for _, line := range airflow.Lines() {
		own := airflow.Image{Line: line}
		assert.True(t, strings.HasSuffix(string(own.Lock()), "\n"), "another lock file may follow it")
		found, hashes := map[string]bool{}, map[string]int{}
		last := ""
		for row := range strings.Lines(string(own.AmazonLock())) {
			if name, _, ok := strings.Cut(row, "=="); ok {
				last, found[name] = name, true
				assert.NotContains(t, own.Packages(), name)
			} else if strings.Contains(row, "--hash=sha256:") {
				hashes[last]++
			}
		}
		assert.True(t, found[airflow.AmazonProvider] && found["boto3"], line)
		for name := range found {
			assert.NotZero(t, hashes[name], name)
		}
	}
}
