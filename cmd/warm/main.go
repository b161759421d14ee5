package main

import (
	_ "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	_ "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	_ "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	_ "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	_ "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	_ "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	_ "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sfn"
	_ "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	_ "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	_ "github.com/pulumi/pulumi/pkg/v3/engine"
	_ "github.com/pulumi/pulumi/pkg/v3/backend"
	_ "github.com/pulumi/pulumi/pkg/v3/backend/diy"
	_ "github.com/pulumi/pulumi/pkg/v3/backend/diy/unauthenticatedregistry"
	_ "github.com/pulumi/pulumi/pkg/v3/backend/display"
	_ "github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	_ "github.com/spf13/viper"
	_ "github.com/spf13/cobra"
	_ "github.com/joho/godotenv"
	_ "github.com/goccy/go-yaml"
	_ "github.com/robfig/cron/v3"
	_ "github.com/santhosh-tekuri/jsonschema/v6"
	_ "github.com/johannesboyne/gofakes3"
	_ "github.com/google/go-containerregistry/pkg/v1/layout"
	_ "github.com/google/go-containerregistry/pkg/v1/mutate"
	_ "github.com/rogpeppe/go-internal/testscript"
)

func main() {}
