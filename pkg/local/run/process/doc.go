// Package process runs a program of the local cloud, a job's or a pod's, and hears
// its lines. It knows nothing of what the program is for.
package process
