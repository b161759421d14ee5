package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Create makes a resource. In a preview it computes what is knowable.
func (p *Provider) Create(_ context.Context, req plugin.CreateRequest) (plugin.CreateResponse, error) {
	k, err := p.kind(req.Type)
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	inputs := k.conceal(NormalMap(req.Properties))
	c := p.Begin(k, req.URN, inputs, req.Preview)
	c.ID = c.Identify()
	if req.Preview {
		return plugin.CreateResponse{Properties: mark(c.computed(), k.outputSecrets(inputs), "outputs")}, nil
	}
	doc, err := c.create(inputs)
	if err != nil {
		return plugin.CreateResponse{}, c.failed("creating", k.Operations.Create, err)
	}
	out, err := outputsOf(doc)
	return plugin.CreateResponse{ID: resource.ID(doc.ID), Properties: out}, err
}

func (c *Call) create(inputs resource.PropertyMap) (*cloud.Document, error) {
	if c.Kind.Verify != nil {
		if err := c.Kind.Verify(c); err != nil {
			return nil, err
		}
	}
	if !c.Kind.Upsert && !c.Kind.Counts {
		// Look before apply, so that a conflict leaves no trace.
		taken, err := c.Exists(c.Kind.Token, c.ID)
		if err != nil {
			return nil, err
		}
		if taken {
			return nil, c.Kind.Exists(c)
		}
	}
	if c.Kind.Apply != nil {
		if err := c.Kind.Apply(c); err != nil {
			return nil, err
		}
	}
	doc := c.document(inputs)
	err := c.P.Store.Create(doc)
	for c.Kind.Counts && errors.Is(err, cloud.ErrExists) {
		c.ID = c.Identify()
		doc = c.document(inputs)
		err = c.P.Store.Create(doc)
	}
	if errors.Is(err, cloud.ErrExists) {
		if !c.Kind.Upsert {
			return nil, c.Kind.Exists(c)
		}
		err = c.P.Store.Update(doc)
	}
	return doc, err
}

// document is what is stored of the resource.
func (c *Call) document(inputs resource.PropertyMap) *cloud.Document {
	out := c.computed()
	return &cloud.Document{
		Type: string(c.Kind.Token), ID: c.ID,
		Stack: string(c.URN.Stack()), URN: string(c.URN),
		Secrets: append(secrets(inputs, "inputs"), c.Kind.outputSecrets(inputs)...),
		Inputs:  PlainMap(OpenMap(inputs)), Outputs: PlainMap(out),
	}
}

// Read returns what is there, also when only the ID is known, as for an import.
func (p *Provider) Read(_ context.Context, req plugin.ReadRequest) (plugin.ReadResponse, error) {
	k, err := p.kind(req.Type)
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	id := req.ID
	if k.Canonical != nil {
		id = resource.ID(k.Canonical(p, string(req.ID)))
	}
	doc, err := p.Get(k.Token, string(id))
	if err != nil {
		return plugin.ReadResponse{}, fmt.Errorf("reading %s %s (%s): %w", k.Service, k.Noun, req.ID, err)
	}
	if doc == nil {
		return plugin.ReadResponse{}, nil
	}
	out, err := outputsOf(doc)
	if err != nil {
		return plugin.ReadResponse{}, fmt.Errorf("reading %s %s (%s): %w", k.Service, k.Noun, req.ID, err)
	}
	in, err := inputsOf(doc)
	if err != nil {
		return plugin.ReadResponse{}, fmt.Errorf("reading %s %s (%s): %w", k.Service, k.Noun, req.ID, err)
	}
	// What the outputs say is what is there, so that a change made beside Pulumi shows.
	for key := range in {
		if v, ok := out[key]; ok {
			in[key] = v
		}
	}
	return plugin.ReadResponse{ReadResult: plugin.ReadResult{ID: id, Inputs: in, Outputs: out}}, nil
}

// Update changes a resource in place.
func (p *Provider) Update(_ context.Context, req plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	k, err := p.kind(req.Type)
	if err != nil {
		return plugin.UpdateResponse{}, err
	}
	inputs := k.conceal(NormalMap(req.NewInputs))
	c := p.Begin(k, req.URN, inputs, req.Preview)
	c.ID = string(req.ID)
	if req.Preview {
		c.Old = PlainMap(OpenMap(NormalMap(req.OldOutputs)))
		return plugin.UpdateResponse{Properties: mark(c.computed(), k.outputSecrets(inputs), "outputs")}, nil
	}
	doc, err := c.update(inputs)
	if err != nil {
		return plugin.UpdateResponse{}, c.failed("updating", k.Operations.Update, err)
	}
	out, err := outputsOf(doc)
	return plugin.UpdateResponse{Properties: out}, err
}

func (c *Call) update(inputs resource.PropertyMap) (*cloud.Document, error) {
	old, err := c.Get(c.Kind.Token, c.ID)
	if err != nil {
		return nil, err
	}
	if old == nil {
		return nil, c.Kind.Missing(c)
	}
	c.Old = old.Outputs
	for _, step := range []func(*Call) error{c.Kind.Verify, c.Kind.Apply} {
		if step == nil {
			continue
		}
		if err := step(c); err != nil {
			return nil, err
		}
	}
	doc := c.document(inputs)
	err = c.P.Store.Update(doc)
	if errors.Is(err, cloud.ErrNotFound) {
		err = c.Kind.Missing(c)
	}
	return doc, err
}

// Delete removes a resource; what is gone already is a success.
func (p *Provider) Delete(_ context.Context, req plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	k, err := p.kind(req.Type)
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	c := p.Begin(k, req.URN, NormalMap(req.Inputs), false)
	c.ID = string(req.ID)
	if err := c.delete(); err != nil {
		return plugin.DeleteResponse{}, c.failed("deleting", k.Operations.Delete, err)
	}
	return plugin.DeleteResponse{}, nil
}

func (c *Call) delete() error {
	doc, err := c.Get(c.Kind.Token, c.ID)
	if err != nil || doc == nil {
		return err
	}
	c.Old = doc.Outputs
	// The stored inputs decide, for example whether a bucket may go with its objects.
	stored, err := inputsOf(doc)
	if err != nil {
		return err
	}
	c.In = OpenMap(stored)
	if c.Kind.Remove != nil {
		if err := c.Kind.Remove(c); err != nil {
			return err
		}
	}
	for _, child := range c.Kind.Children {
		if err := c.deleteChildren(child); err != nil {
			return err
		}
	}
	return IgnoreMissing(c.P.Store.Delete(string(c.Kind.Token), c.ID))
}

func (c *Call) deleteChildren(ch Child) error {
	if ch.Prefix == nil {
		return IgnoreMissing(c.P.Store.Delete(string(ch.Token), c.ID))
	}
	ids, err := c.P.Store.IDs(string(ch.Token), ch.Prefix(c))
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := IgnoreMissing(c.P.Store.Delete(string(ch.Token), id)); err != nil {
			return err
		}
	}
	return nil
}

// IgnoreMissing drops the error that a document does not exist.
func IgnoreMissing(err error) error {
	if errors.Is(err, cloud.ErrNotFound) {
		return nil
	}
	return err
}

// failed wraps an error so that a person sees the type, the name and the cloud's code.
func (c *Call) failed(verb, operation string, err error) error {
	id := c.ID
	if id == "" {
		id = c.URN.Name()
	}
	return &ResourceError{
		Type: c.Kind.Token, ID: id, URN: c.URN, Action: verb + " " + c.Kind.Service + " " + c.Kind.Noun,
		Service: c.Kind.Service, Operation: operation, Err: err, words: c.Kind.cloud.Words,
	}
}

// inputsOf and outputsOf are the property maps of a document, with secrets marked.
func inputsOf(doc *cloud.Document) (resource.PropertyMap, error) {
	m, err := valueMap(doc.Inputs)
	return mark(m, doc.Secrets, "inputs"), err
}

func outputsOf(doc *cloud.Document) (resource.PropertyMap, error) {
	m, err := valueMap(doc.Outputs)
	return mark(m, doc.Secrets, "outputs"), err
}

// outputSecrets are the pointers of secrets in outputs: the inputs that are, and
// the labels among them once more in the outputs with all labels.
func (k *Kind) outputSecrets(inputs resource.PropertyMap) []string {
	out := secrets(withoutInternal(inputs), "outputs")
	if own, ok := inputs[resource.PropertyKey(k.cloud.Labels.Property)]; ok {
		for _, name := range k.cloud.Labels.All {
			out = append(out, secretsIn(own, []string{"outputs", name})...)
		}
	}
	return out
}

// withoutInternal leaves out the keys that Pulumi keeps for itself, which are in
// inputs only.
func withoutInternal(m resource.PropertyMap) resource.PropertyMap {
	out := make(resource.PropertyMap, len(m))
	for k, v := range m {
		if !resource.IsInternalPropertyKey(k) {
			out[k] = v
		}
	}
	return out
}
