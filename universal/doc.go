// Package universal is the component of what a project has once, whatever the
// environment: one image repository per function, and on Google Cloud the enabled
// APIs, the image repository and the artifacts bucket. Environments are in package
// infra, pipelines in package pipelines.
package universal
