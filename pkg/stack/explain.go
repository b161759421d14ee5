package stack

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"

	cloudgoogle "github.com/dorc-dev/dorc/pkg/cloud/google"
)

// explained says what errors of Google Cloud mean and what to do: the plugin passes
// on what the API said, with its JSON, and knows no way out.
type explained struct{ plugin.Provider }

// Configure implements plugin.Provider.
func (p explained) Configure(ctx context.Context, r plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	done, err := p.Provider.Configure(ctx, r)
	return done, explain(err)
}

// Create implements plugin.Provider.
func (p explained) Create(ctx context.Context, r plugin.CreateRequest) (plugin.CreateResponse, error) {
	done, err := p.Provider.Create(ctx, r)
	return done, explain(err)
}

// Read implements plugin.Provider.
func (p explained) Read(ctx context.Context, r plugin.ReadRequest) (plugin.ReadResponse, error) {
	done, err := p.Provider.Read(ctx, r)
	return done, explain(err)
}

// Update implements plugin.Provider.
func (p explained) Update(ctx context.Context, r plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	done, err := p.Provider.Update(ctx, r)
	return done, explain(err)
}

// Delete implements plugin.Provider.
func (p explained) Delete(ctx context.Context, r plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	done, err := p.Provider.Delete(ctx, r)
	return done, explain(err)
}

// Invoke implements plugin.Provider.
func (p explained) Invoke(ctx context.Context, r plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	done, err := p.Provider.Invoke(ctx, r)
	return done, explain(err)
}

// inWords is an error in words for a person. The original is kept, since the engine
// looks at its kind.
type inWords struct {
	words string
	cause error
}

func (e *inWords) Error() string { return e.words }

func (e *inWords) Unwrap() error { return e.cause }

// explain words the errors that are known. A resource that was made in part has its
// reasons worded, and stays one.
func explain(err error) error {
	if err == nil {
		return nil
	}
	var partly *plugin.InitError
	if errors.As(err, &partly) {
		reasons := make([]string, len(partly.Reasons))
		for i, r := range partly.Reasons {
			reasons[i] = r
			if p, ok := cloudgoogle.Explain(errors.New(r)); ok {
				reasons[i] = p.Error()
			}
		}
		return &plugin.InitError{Reasons: reasons}
	}
	if p, ok := cloudgoogle.Explain(err); ok {
		return &inWords{p.Error(), err}
	}
	return err
}
