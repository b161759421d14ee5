// Package google asks Google Cloud: whether a project has what the cloud target
// needs, before anything is changed; how an execution of a workflow and its Dataflow
// job go on; and what an error of Google's means for who reads it. It is not the
// provider, which is Pulumi's official plugin, and provisions nothing.
package google
