package cloud

import "time"

// Document is one resource of the local cloud.
type Document struct {
	// Type is the resource's Pulumi token, such as "aws:lambda/function:Function".
	Type string `json:"type"`
	// ID is the resource's identifier, unique among documents of its Type.
	ID string `json:"id"`
	// Stack is the name of the stack that made the resource.
	Stack string `json:"stack"`
	// URN is the Pulumi name of the resource that made the document, so that an
	// interrupted run finds what it made.
	URN string `json:"urn"`
	// Created and Modified are in UTC.
	Created  time.Time `json:"created"`
	Modified time.Time `json:"modified"`
	// Secrets are JSON pointers (RFC 6901) to values that are sealed on disk, such
	// as "/inputs/environment/variables/TOKEN". Get and List return them in clear.
	Secrets []string `json:"secrets,omitempty"`
	// Inputs are what was asked for, Outputs what is there. Both are plain JSON
	// with camelCase Pulumi property names.
	Inputs  map[string]any `json:"inputs"`
	Outputs map[string]any `json:"outputs"`
}
