// Package configrepo finds what a config repo holds: layers, pipelines and
// functions, their files and content hashes, and what is wrong between them. It
// creates nothing in any cloud, and reads nothing outside the repo's folder.
package configrepo
