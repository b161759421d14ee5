// Package yamlpipeline has pipelines in Beam's YAML: a model with a writer whose
// text is the same for the same pipeline, and a checker that finds, before Beam
// runs, transforms, inputs and keys that do not exist. It runs nothing. What Beam
// offers is data made from the apache-beam package itself, see gen.
package yamlpipeline
