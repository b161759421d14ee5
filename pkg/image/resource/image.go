package resource

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Type is the resource's type token.
const Type = "dorc:image:Image"

// Image is the container image of one function, Dataflow pipeline or dbt project, in
// its repository. Images do not change: new content is a new image, which replaces the
// old one after everything that refers to it has moved on.
type Image struct {
	pulumi.CustomResourceState
	// ImageURI is <repository url>@<digest>.
	ImageURI pulumi.StringOutput `pulumi:"imageUri"`
	// Digest is the manifest's, as sha256:<hex>.
	Digest pulumi.StringOutput `pulumi:"digest"`
	// Tag is <environment>-<first digits of the hash of the inputs>. It keeps the
	// image alive for as long as the environment uses it.
	Tag pulumi.StringOutput `pulumi:"tag"`
}

// Args are the arguments of an Image.
type Args struct {
	// RepositoryURL is the repository without a tag. Required.
	// Example: "123456789012.dkr.ecr.eu-west-2.amazonaws.com/example-extract".
	RepositoryURL pulumi.StringInput
	// Environment is the one that uses the image. Required. Example: "prod".
	Environment pulumi.StringInput
	// Kind is what the image is for: "flex-template" or "beam-worker", both of a
	// Dataflow pipeline, or "dbt". Default: a function.
	Kind pulumi.StringPtrInput
	// ContextPath is the folder of the function, of the Dataflow pipeline or of the dbt
	// project below the config repo's root, with slashes; so the state has no path of a
	// machine.
	// Required. Example: "src/raw/weather/extract".
	ContextPath pulumi.StringInput
	// Handler is the Python module and function. Required for a function, and for
	// nothing else. Example: "lambda.handler".
	Handler pulumi.StringPtrInput
	// Main is the main program of a Dataflow pipeline, in its folder in the image.
	// Required for one. Example: "main.py".
	Main pulumi.StringPtrInput
	// Builder is "standard" or "docker". Required.
	Builder pulumi.StringInput
	// Base is the base image with the standard builder. The provider adds the
	// digest that it means, as the input baseDigest.
	// Example: "public.ecr.aws/lambda/python:3.12".
	Base pulumi.StringPtrInput
	// SDK is the image of Beam's SDK: a Dataflow pipeline's image has its version of
	// Beam, and a flex template's what its workers need of it. The provider adds the
	// digest that it means, as the input sdkDigest. Required for a Dataflow pipeline.
	// Example: "apache/beam_python3.12_sdk:2.77.0".
	SDK pulumi.StringPtrInput
	// Python is the minor version of the base's Python. Default: what the base says.
	Python pulumi.StringPtrInput
	// SharedCode is the folder of shared code below the repo's root. Default: none.
	SharedCode pulumi.StringPtrInput
	// CodeHash is the hash of the files in the folder. Required.
	CodeHash pulumi.StringInput
	// RequirementsHash is the hash of every file that says which packages are needed. Required.
	RequirementsHash pulumi.StringInput
	// SharedHash is the hash of the shared code. Default: there is none.
	SharedHash pulumi.StringPtrInput
	// ContextHash is the hash of what the docker builder's Dockerfile can see.
	// Default: there is none.
	ContextHash pulumi.StringPtrInput
}

type imageArgs struct {
	RepositoryURL    string  `pulumi:"repositoryUrl"`
	Environment      string  `pulumi:"environment"`
	Kind             *string `pulumi:"kind"`
	ContextPath      string  `pulumi:"contextPath"`
	Handler          *string `pulumi:"handler"`
	Main             *string `pulumi:"main"`
	Builder          string  `pulumi:"builder"`
	Base             *string `pulumi:"base"`
	SDK              *string `pulumi:"sdk"`
	Python           *string `pulumi:"python"`
	SharedCode       *string `pulumi:"sharedCode"`
	CodeHash         string  `pulumi:"codeHash"`
	RequirementsHash string  `pulumi:"requirementsHash"`
	SharedHash       *string `pulumi:"sharedHash"`
	ContextHash      *string `pulumi:"contextHash"`
}

// ElementType implements pulumi.Input.
func (Args) ElementType() reflect.Type { return reflect.TypeFor[imageArgs]() }

// NewImage registers an image.
func NewImage(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Image, error) {
	var image Image
	if err := ctx.RegisterResource(Type, name, args, &image, opts...); err != nil {
		return nil, err
	}
	return &image, nil
}
