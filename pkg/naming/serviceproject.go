package naming

import (
	"regexp"
	"strings"
)

var notInServiceProject = regexp.MustCompile(`[^a-z0-9_-]`)

// ServiceProject is the name under which the DAGs of a config repo stand in a
// Cloud Composer environment, which several repos may share: by default the
// project's name in lower case, with - for what is none of a-z, 0-9, _ and -.
func (n Names) ServiceProject() (string, error) {
	if err := n.needs(false); err != nil {
		return "", err
	}
	name := notInServiceProject.ReplaceAllString(strings.ToLower(n.Project), "-")
	return build(serviceProjectLimit, "service project", "", name, n.Project)
}

// CheckServiceProject refuses a name that cannot be part of a folder's name, of
// the path of an object and of a DAG's id at once: at most 63 of a-z, 0-9, - and
// _, a letter or digit first. The error is a problem.Problem.
func CheckServiceProject(name string) error {
	return serviceProjectLimit.check("service project "+name, name)
}

// DAGPrefix is where the DAGs of a service project lie in the bucket of a Cloud
// Composer environment, with a / at its end: dags/dop_<service project>/.
func DAGPrefix(serviceProject string) string { return "dags/" + dagFolder(serviceProject) + "/" }

// DAGFolder is the same folder as the tasks of an environment see it.
func DAGFolder(serviceProject string) string {
	return "/home/airflow/gcs/dags/" + dagFolder(serviceProject)
}

func dagFolder(serviceProject string) string { return "dop_" + serviceProject }
