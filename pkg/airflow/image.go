package airflow

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
}
