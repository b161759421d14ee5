package pipelines

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	imageresource "github.com/dorc-dev/dorc/pkg/image/resource"
	"github.com/dorc-dev/dorc/pkg/image/source"
)

// image registers an image in a repository, which is given by its URL without a
// tag. The hashes in it are what a plan shows.
func (b *builder) image(name string, s source.Source, repository pulumi.StringInput) (*imageresource.Image, error) {
	path, err := s.ContextPath()
	if err != nil {
		return nil, err
	}
	snapshot, err := s.Snapshot()
	if err != nil {
		return nil, err
	}
	hashes, handler := snapshot.Hashes(), ""
	if s.Kind == source.KindFunction {
		handler = source.Handler
	}
	return imageresource.NewImage(b.ctx, name, &imageresource.Args{
		RepositoryURL:    repository,
		Environment:      pulumi.String(b.args.Environment.Environment),
		Kind:             optional(string(s.Kind)),
		ContextPath:      pulumi.String(path),
		Handler:          optional(handler),
		Main:             optional(snapshot.Main),
		Builder:          pulumi.String(string(s.Settings.Builder)),
		Base:             optional(s.Settings.Base),
		SDK:              optional(s.Settings.SDK),
		Python:           optional(s.Settings.Python),
		SharedCode:       optional(s.Settings.SharedCode),
		CodeHash:         pulumi.String(hashes.Code),
		RequirementsHash: pulumi.String(hashes.Requirements),
		SharedHash:       optional(hashes.Shared),
		ContextHash:      optional(hashes.Context),
		// The old image stays until everything has moved on: each has a tag of its own.
	}, b.parent, pulumi.DeleteBeforeReplace(false))
}

// optional is a text, or nothing for "".
func optional(text string) pulumi.StringPtrInput {
	if text == "" {
		return nil
	}
	return pulumi.String(text)
}
