// Package kubernetes stands in for the API of a Kubernetes cluster, as far as
// Airflow's KubernetesPodOperator uses it: pods are created, watched and deleted,
// and their logs read. A pod's first container runs as a process of this machine.
// It knows no image; who starts it says what a pod runs.
package kubernetes
