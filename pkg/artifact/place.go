package artifact

import (
	"strings"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
)

// Place is where DAGs of a service project live on one environment.
type Place struct {
	// Bucket is the bucket of the environment's Composer, Prefix what names of the
	// service project's objects begin with, such as "dags/dop_example/".
	Bucket bucket.Bucket
	Prefix string
	// ServiceProject is the service project, Environment the environment's name.
	ServiceProject, Environment string
	// Line is the line of Airflow that runs there, such as "2.10".
	Line string
}

// Prefix is what the names of a service project's objects begin with, below the
// folder of an environment's DAGs.
func Prefix(dags, serviceProject string) string {
	return strings.Trim(dags, "/") + "/dop_" + serviceProject + "/"
}

// dags is the folder that the prefix is in, with a slash.
func (p Place) dags() string {
	return p.Prefix[:strings.LastIndexByte(strings.TrimSuffix(p.Prefix, "/"), '/')+1]
}

// String names the place for a person.
func (p Place) String() string { return p.Bucket.URL() + "/" + p.Prefix }
