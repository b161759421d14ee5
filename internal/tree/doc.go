// Package tree reads a YAML or JSON file into a tree whose every value knows its
// line and column, and collects what is wrong with it. It knows no format: what
// keys mean is its callers' business.
package tree
