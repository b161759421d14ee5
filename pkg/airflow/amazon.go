package airflow

import (
	"regexp"
	"strings"
)

// AmazonProvider is the package by which Airflow reaches AWS. Composer's images do not have it.
const AmazonProvider = "apache-airflow-providers-amazon"

// withAmazon is an extra by which another package of Airflow brings it.
var withAmazon = regexp.MustCompile(`^\s*\[([^\]]*,)?\s*amazon\s*(,[^\]]*)?\]`)

// BringsAmazon says whether the amazon provider is among packages, which are names with
// extras and versions as gcp.composer.pypi_packages has them.
func BringsAmazon(packages map[string]string) bool {
	for name, version := range packages {
		name = strings.NewReplacer("_", "-", ".", "-").Replace(name)
		if name == AmazonProvider || strings.HasPrefix(name, "apache-airflow") && withAmazon.MatchString(version) {
			return true
		}
	}
	return false
}

// AmazonLock is a lock file of what the amazon provider needs besides the line's own
// packages, none of which it changes.
func (i Image) AmazonLock() []byte {
	data, err := locks.ReadFile("lock/" + i.Line + ".amazon.txt")
	if err != nil { // an Image that was not found by Find
		return nil
	}
	return data
}
