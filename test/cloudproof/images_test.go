package cloudproof

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	deployment "github.com/dorc-dev/dorc/pkg/artifact/resource"
)

// madeUpImages is dorc's own provider, which really checks, compares and plans,
// but builds, pushes and deploys nothing: a creation has a digest that its inputs make.
func madeUpImages(real provided) provided {
	return func() (plugin.Provider, error) {
		p, err := real()
		return images{p}, err
	}
}

type images struct{ plugin.Provider }

func (i images) Create(ctx context.Context, r plugin.CreateRequest) (plugin.CreateResponse, error) {
	if r.Preview {
		return i.Provider.Create(ctx, r)
	}
	if r.Type == deployment.Type {
		out := r.Properties.Copy()
		out["artifactId"], out["filesHash"] = resource.NewStringProperty("made-up"), r.Properties["contentHash"]
		out["dagPath"] = resource.NewStringProperty(r.Properties["prefix"].StringValue() + r.Properties["pipeline"].StringValue())
		id := r.Properties["dagBucket"].StringValue() + "/" + out["dagPath"].StringValue()
		return plugin.CreateResponse{ID: resource.ID(id), Properties: out, Status: resource.StatusOK}, nil
	}
	sum := sha256.New()
	for _, key := range r.Properties.StableKeys() {
		fmt.Fprintf(sum, "%s=%s\n", key, r.Properties[key].StringValue())
	}
	digest := hex.EncodeToString(sum.Sum(nil))
	repository := r.Properties["repositoryUrl"].StringValue()
	tag := r.Properties["environment"].StringValue() + "-" + digest[:16]
	out := r.Properties.Copy()
	out["digest"] = resource.NewStringProperty("sha256:" + digest)
	out["imageUri"] = resource.NewStringProperty(repository + "@sha256:" + digest)
	out["tag"] = resource.NewStringProperty(tag)
	return plugin.CreateResponse{ID: resource.ID(repository + ":" + tag), Properties: out, Status: resource.StatusOK}, nil
}
