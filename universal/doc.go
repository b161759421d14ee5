// Package universal is the component of what a project has once, whatever the
// environment: one image repository per function. Environments are in package
// infra, pipelines in package pipelines.
package universal
