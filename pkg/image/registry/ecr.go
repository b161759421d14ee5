package registry

import (
	"context"
	"net/http"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	awscredentials "github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
)

// ecrAPI is the part of ECR's API that is used.
type ecrAPI interface {
	GetAuthorizationToken(context.Context, *ecr.GetAuthorizationTokenInput, ...func(*ecr.Options)) (*ecr.GetAuthorizationTokenOutput, error)
	BatchDeleteImage(context.Context, *ecr.BatchDeleteImageInput, ...func(*ecr.Options)) (*ecr.BatchDeleteImageOutput, error)
}

// newECRClient makes a client for the region that the registry's host names.
// With another endpoint it looks for no credentials beyond the environment's: an
// emulator accepts any.
func newECRClient(ctx context.Context, host ecrHost, o Options) (ecrAPI, error) {
	load := []func(*config.LoadOptions) error{
		config.WithRegion(host.region),
	}
	if o.Endpoint != "" && os.Getenv("AWS_ACCESS_KEY_ID") == "" && os.Getenv("AWS_PROFILE") == "" {
		load = append(load, config.WithCredentialsProvider(awscredentials.NewStaticCredentialsProvider("test", "test", "")))
	}
	if host.fips {
		load = append(load, config.WithUseFIPSEndpoint(aws.FIPSEndpointStateEnabled))
	}
	// The configuration may keep the context for later requests of its own.
	cfg, err := config.LoadDefaultConfig(context.WithoutCancel(ctx), load...)
	if err != nil {
		return nil, err
	}
	return ecr.NewFromConfig(cfg, func(eo *ecr.Options) {
		if o.Transport != nil {
			eo.HTTPClient = &http.Client{Transport: o.Transport}
		}
		if o.Endpoint != "" {
			eo.BaseEndpoint = aws.String(o.Endpoint)
		}
	}), nil
}
