// Package aws looks, before anything is changed, whether AWS has what the cloud
// target needs: credentials of the right account, the region, a place for state,
// networks. It creates nothing and says everything that is missing at once. It is
// not the provider, which is Pulumi's official plugin.
package aws
