package stack

import (
	"context"
	"errors"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// failing is a provider that answers every call with one error.
type failing struct {
	plugin.UnimplementedProvider
	err error
}

func (f *failing) Configure(context.Context, plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	return plugin.ConfigureResponse{}, f.err
}

func (f *failing) Create(context.Context, plugin.CreateRequest) (plugin.CreateResponse, error) {
	return plugin.CreateResponse{ID: "made"}, f.err
}

func (f *failing) Read(context.Context, plugin.ReadRequest) (plugin.ReadResponse, error) {
	return plugin.ReadResponse{}, f.err
}

func (f *failing) Update(context.Context, plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	return plugin.UpdateResponse{}, f.err
}

func (f *failing) Delete(context.Context, plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	return plugin.DeleteResponse{}, f.err
}

func (f *failing) Invoke(context.Context, plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	return plugin.InvokeResponse{}, f.err
}

const denied = "Error creating Firewall: googleapi: Error 403: Required 'compute.firewalls.create' permission for 'projects/p/global/firewalls/f', forbidden"

func TestExplained(t *testing.T) {
	cause := errors.New(denied)
	p := guarded("gcp", &failing{err: cause})
	created, err := p.Create(t.Context(), plugin.CreateRequest{})
	assert.Equal(t, "made", string(created.ID), "what was done is passed on")
	errs := []error{err}
	_, err = p.Configure(t.Context(), plugin.ConfigureRequest{})
	errs = append(errs, err)
	_, err = p.Read(t.Context(), plugin.ReadRequest{})
	errs = append(errs, err)
	_, err = p.Update(t.Context(), plugin.UpdateRequest{})
	errs = append(errs, err)
	_, err = p.Delete(t.Context(), plugin.DeleteRequest{})
	errs = append(errs, err)
	_, err = p.Invoke(t.Context(), plugin.InvokeRequest{})
	for _, err := range append(errs, err) {
		require.ErrorIs(t, err, cause)
		assert.EqualError(t, err, "a permission is missing\n  Required 'compute.firewalls.create' permission for 'projects/p/global/firewalls/f'\n  grant roles/compute.securityAdmin, which has compute.firewalls.create")
	}

	// A resource that was made in part stays one.
	_, err = guarded("gcp", &failing{err: &plugin.InitError{Reasons: []string{denied, "another"}}}).Create(t.Context(), plugin.CreateRequest{})
	partly, ok := err.(*plugin.InitError) //nolint:errorlint // as the engine asks
	require.True(t, ok)
	require.Len(t, partly.Reasons, 2)
	assert.Contains(t, partly.Reasons[0], "grant roles/compute.securityAdmin")
	assert.Equal(t, "another", partly.Reasons[1])

	// What is not known, and what went well, stays as it is.
	unknown := errors.New("unknown")
	_, err = guarded("gcp", &failing{err: unknown}).Create(t.Context(), plugin.CreateRequest{})
	assert.Equal(t, unknown, err)
	_, err = guarded("gcp", &failing{}).Create(t.Context(), plugin.CreateRequest{})
	require.NoError(t, err)
	_, err = guarded("aws", &failing{err: cause}).Create(t.Context(), plugin.CreateRequest{})
	assert.Equal(t, cause, err)
}
