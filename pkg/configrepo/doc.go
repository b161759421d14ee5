// Package configrepo finds what a config repo holds: layers, pipelines and
// functions, their content hashes, and what is wrong between them. It creates
// nothing in any cloud.
package configrepo
