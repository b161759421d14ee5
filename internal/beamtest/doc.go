// Package beamtest gives tests a Python with the real apache-beam, in the version
// whose YAML transforms pkg/beam/yamlpipeline knows. It is for tests alone.
package beamtest
