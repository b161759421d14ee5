package resource

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Type is the resource's type token.
const Type = "dorc:image:Image"

// Image is the container image of one function in its repository. Images do not
// change: new content is a new image, which replaces the old one after
// everything that refers to it has moved on.
type Image struct {
	pulumi.CustomResourceState
	// ImageURI is <repository url>@<digest>.
	ImageURI pulumi.StringOutput `pulumi:"imageUri"`
	// Digest is the manifest's, as sha256:<hex>.
	Digest pulumi.StringOutput `pulumi:"digest"`
	// Tag is <environment>-<first digits of the digest>. It keeps the image alive
	// for as long as the environment uses it.
	Tag pulumi.StringOutput `pulumi:"tag"`
}

// Args are the arguments of an Image. All are required but RequirementsHash.
type Args struct {
	// RepositoryURL is the repository without a tag.
	// Example: "123456789012.dkr.ecr.eu-west-2.amazonaws.com/example-extract".
	RepositoryURL pulumi.StringInput
	// Environment is the one that uses the image. Example: "prod".
	Environment pulumi.StringInput
	// ContextPath is the function's folder below the config repo's root, with
	// slashes; so the state has no path of a machine. Example: "src/raw/weather/extract".
	ContextPath pulumi.StringInput
	// Handler is the Python module and function. Example: "lambda.handler".
	Handler pulumi.StringInput
	// SourceHash is the hash of everything that goes into the image.
	SourceHash pulumi.StringInput
	// CodeHash is the hash of the function's own files.
	CodeHash pulumi.StringInput
	// RequirementsHash is the hash of every requirements.txt that applies.
	RequirementsHash pulumi.StringInput
}

type imageArgs struct {
	RepositoryURL    string `pulumi:"repositoryUrl"`
	Environment      string `pulumi:"environment"`
	ContextPath      string `pulumi:"contextPath"`
	Handler          string `pulumi:"handler"`
	SourceHash       string `pulumi:"sourceHash"`
	CodeHash         string `pulumi:"codeHash"`
	RequirementsHash string `pulumi:"requirementsHash"`
}

// ElementType implements pulumi.Input.
func (Args) ElementType() reflect.Type { return reflect.TypeFor[imageArgs]() }

// NewImage registers the image of one function.
func NewImage(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Image, error) {
	var image Image
	if err := ctx.RegisterResource(Type, name, args, &image, opts...); err != nil {
		return nil, err
	}
	return &image, nil
}
