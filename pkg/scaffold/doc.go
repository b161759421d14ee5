// Package scaffold writes what is new in a config repo: a pipeline, a function
// or an environment. It writes all of it or nothing, overwrites nothing, and
// leaves nothing that pkg/configrepo refuses. It asks nobody and prints nothing,
// and it creates nothing in a cloud.
package scaffold
