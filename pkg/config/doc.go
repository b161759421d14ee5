// Package config is the typed configuration of stacks: what a project has once
// (Universal) and what an environment has (Environment), read from and written
// to Pulumi.<stack>.yaml. It applies nothing and finds no pipelines.
package config
