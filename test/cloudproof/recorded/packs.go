package recorded

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	localaws "github.com/dorc-dev/dorc/pkg/local/aws"
	localgcp "github.com/dorc-dev/dorc/pkg/local/gcp"
)

// pack is what is known of one official plugin.
type pack struct {
	// version is that of the SDK whose types are used.
	version string
	types   map[tokens.Type]*resourceType
	// config is the SDK's argument struct of the provider.
	config reflect.Type
	// configure takes the configuration.
	configure func(*provider, resource.PropertyMap) error
	// formats is the local cloud's provider, which knows the formats of outputs. It has
	// no store.
	formats func(*provider) (plugin.Provider, error)
}

var packs = map[string]*pack{
	"aws": {
		version: "6.83.2", types: ofAWS, config: (aws.ProviderArgs{}).ElementType(), configure: configureAWS,
		formats: func(p *provider) (plugin.Provider, error) {
			return localaws.NewProvider(nil, localaws.Options{Account: p.recorder.options.Account, Region: p.region, Now: atCreation}), nil
		},
	},
	// The components name project and region in each resource, so that the provider
	// needs no configuration.
	"gcp": {
		version: "7.38.0", types: ofGoogle, config: (gcp.ProviderArgs{}).ElementType(),
		configure: func(*provider, resource.PropertyMap) error { return nil },
		formats: func(*provider) (plugin.Provider, error) {
			return localgcp.NewProvider(nil, localgcp.Options{Now: atCreation})
		},
	},
}

func atCreation() time.Time { return created }

// configureAWS takes the region and compares the account, as the real one does with
// the answer of STS.
func configureAWS(p *provider, in resource.PropertyMap) error {
	if v := in["region"]; v.IsString() {
		p.region = v.StringValue()
	}
	var allowed []string
	if v := in["allowedAccountIds"]; v.IsString() {
		if err := json.Unmarshal([]byte(v.StringValue()), &allowed); err != nil {
			return err
		}
	}
	if p.region == "" {
		return fmt.Errorf("invalid configuration: no region")
	}
	if len(allowed) > 0 && !slices.Contains(allowed, p.recorder.options.Account) {
		return fmt.Errorf("AWS account ID not allowed: %s", p.recorder.options.Account)
	}
	return nil
}
