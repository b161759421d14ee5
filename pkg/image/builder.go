package image

import (
	"context"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/source"
)

// Request asks for an image.
type Request struct {
	// Snapshot is what goes into the image.
	Snapshot *source.Snapshot
	// Base is what it is built on. It is empty with the docker builder.
	Base base.Base
	// SDK is the image of Beam's SDK. It is empty for a function.
	SDK base.Base
	// Beam is the version of Beam that it needs, "" for a function.
	Beam string
	// Key is the hash of all inputs; the image has it as the label SourceHashLabel.
	Key string
	// Say hears what is being done. Required.
	Say func(string)
}

// Builder makes images. It may be used by several goroutines.
type Builder interface {
	// Build makes an image. Its layers may be read until done is called, which
	// frees what the image needed. A file that is not what the snapshot saw is
	// source.ErrChanged.
	Build(ctx context.Context, r Request) (image v1.Image, done func() error, err error)
}
