package run

import (
	"github.com/dorc-dev/dorc/pkg/local/cloud"
)

// Documents is what the runner needs of the local cloud's store.
type Documents interface {
	// Get returns a resource's document, or an error for which IsNotFound is true.
	Get(typ, id string) (*Document, error)
	// List returns the documents of a type.
	List(typ string) ([]*Document, error)
	// Layout says where the local cloud keeps its things.
	Layout() cloud.Layout
}

// Document is an applied resource, as the runner reads it.
type Document struct {
	// Type is the resource's Pulumi token.
	Type string
	// ID is the resource's identifier in the cloud.
	ID string
	// Outputs are plain JSON values under Pulumi's property names.
	Outputs map[string]any
}

// Options says how a Runner works.
type Options struct {
	// Account is the AWS account's number; default "000000000000".
	Account string
	// Region is the AWS region; default "eu-west-2".
	Region string
	// Python is a Python interpreter's path; empty means python3.12, or the newest python3 found in PATH.
	Python string
}

// Runner executes applied state machines. It may be used for several runs, one after the other or at once.
type Runner struct {
	documents Documents
	options   Options
}
