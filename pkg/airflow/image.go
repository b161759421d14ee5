package airflow

import "fmt"

// Image is one image version of Cloud Composer.
type Image struct {
	// Version is its name, such as "composer-3-airflow-2.10.5-build.15".
	Version string
	// Composer is the generation, 2 or 3.
	Composer int
	// Airflow is the version of Airflow, such as "2.10.5".
	Airflow string
	// Python is the minor version of Python, such as "3.11".
	Python string
	// Line is the set of packages and operators that dorc has for it: "2.10" or "3.1".
	Line string
	// Released is the day of its release, as "2026-04-01"; "" when the list has none.
	Released string
	// Listed tells that images.txt has it. Others are later than the list, or aliases.
	Listed bool
	// Alias tells that the version leaves a part to Composer, as "composer-3-airflow-2.10"
	// leaves the build.
	Alias bool
	// Google and Kubernetes are the versions of the providers "google" and
	// "cncf-kubernetes" in it; "" where Google's page does not say.
	Google, Kubernetes string
}

// The packages of the providers whose versions decide most of what a DAG may say.
const (
	googleProvider     = "apache-airflow-providers-google"
	kubernetesProvider = "apache-airflow-providers-cncf-kubernetes"
)

// Notice says in a sentence in what dorc's knowledge of the image may be off, or is "":
// the image is later than the list, Composer chooses it, or it has other versions of
// the providers than the line's lock file.
func (i Image) Notice() string {
	has := i.Packages()
	known := fmt.Sprintf("operators are checked against Airflow %s with %s %s", has["apache-airflow"], googleProvider, has[googleProvider])
	switch {
	case i.Alias:
		return fmt.Sprintf("%s leaves a part of the version to Composer; %s", i.Version, known)
	case !i.Listed:
		return fmt.Sprintf("%s is not in dorc's list of images, which ends with %s; %s", i.Version, listEnds(), known)
	case i.Google != "" && i.Google != has[googleProvider]:
		return fmt.Sprintf("%s has %s %s; %s", i.Version, googleProvider, i.Google, known)
	case i.Kubernetes != "" && i.Kubernetes != has[kubernetesProvider]:
		return fmt.Sprintf("%s has %s %s; operators are checked against %s", i.Version, kubernetesProvider, i.Kubernetes, has[kubernetesProvider])
	}
	return ""
}
