package gcp

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
)

// newFixture is a provider over a new store, with a clock that moves a second a look.
func newFixture(t *testing.T) *providertest.Fixture {
	t.Helper()
	store, err := cloud.Open(t.TempDir())
	require.NoError(t, err)
	return fixtureOf(t, store, Options{})
}

func fixtureOf(t *testing.T, store *cloud.Store, opts Options) *providertest.Fixture {
	t.Helper()
	clock := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	opts.Now = func() time.Time {
		clock = clock.Add(time.Second)
		return clock
	}
	p, err := NewProvider(store, opts)
	require.NoError(t, err)
	return &providertest.Fixture{T: t, Provider: p}
}

// enable enables APIs in the stand-in project.
func enable(f *providertest.Fixture, apis ...api) {
	for _, a := range apis {
		f.Make(serviceType, a.name, object{"service": a.name})
	}
}

// world makes what the resources of the life cycle tests refer to.
func world(t *testing.T) *providertest.Fixture {
	f := newFixture(t)
	enable(f, iamAPI, managerAPI, registryAPI, workflowsAPI, schedulerAPI, secretAPI, computeAPI, composerAPI)
	f.Make(accountType, "runner", object{"accountId": "runner"})
	f.Make(bucketType, "data", object{"name": "data", "location": "europe-west2", "forceDestroy": true})
	f.Make(repositoryType, "images", object{"repositoryId": "images", "format": "DOCKER"})
	f.Make(secretType, "orders", object{"secretId": "orders", "replication": object{"auto": object{}}})
	f.Make(networkType, "vpc", object{"name": "vpc", "autoCreateSubnetworks": false})
	f.Make(subnetworkType, "subnet", object{"name": "subnet", "network": "vpc", "ipCidrRange": "10.0.0.0/24"})
	f.Make(routerType, "router", object{"name": "router", "network": "vpc"})
	f.Make(networkType, "other", object{"name": "other", "autoCreateSubnetworks": false})
	f.Make(subnetworkType, "other", object{"name": "other", "network": "other", "ipCidrRange": "10.1.0.0/24"})
	f.Make(datasetType, "sales", object{"datasetId": "sales", "location": "europe-west2"})
	f.Make(addressType, "out", object{"name": "out"})
	return f
}

const (
	runner     = "runner@local-project.iam.gserviceaccount.com"
	runnerID   = "projects/local-project/serviceAccounts/" + runner
	asMember   = "serviceAccount:" + runner
	definition = "main:\n  steps:\n    - done:\n        return: 1\n"
)
