// Package naming makes the names of stacks and of cloud resources: which
// characters and lengths each cloud allows, and how a name that is too long is
// shortened. It creates nothing and does not look for names that clash; that
// takes a whole repository and is in configrepo.
package naming
