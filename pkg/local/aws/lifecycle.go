package aws

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
	inputs := normalMap(req.Properties)
	c := p.call(k, req.URN, inputs, req.Preview)
	c.id = c.identify()
	if req.Preview {
		return plugin.CreateResponse{Properties: mark(c.computed(), outputSecrets(inputs), "outputs")}, nil
	}
	doc, err := c.create(inputs)
	if err != nil {
		return plugin.CreateResponse{}, c.failed("creating", k.operations.create, err)
	}
	out, err := outputsOf(doc)
	return plugin.CreateResponse{ID: resource.ID(doc.ID), Properties: out}, err
}

func (c *call) create(inputs resource.PropertyMap) (*cloud.Document, error) {
	if c.kind.verify != nil {
		if err := c.kind.verify(c); err != nil {
			return nil, err
		}
	}
	if !c.kind.upsert {
		// Look before apply, so that a conflict leaves no trace.
		taken, err := c.exists(c.kind.token, c.id)
		if err != nil {
			return nil, err
		}
		if taken {
			return nil, c.kind.exists(c)
		}
	}
	if c.kind.apply != nil {
		if err := c.kind.apply(c); err != nil {
			return nil, err
		}
	}
	doc := c.document(inputs)
	err := c.p.store.Create(doc)
	if errors.Is(err, cloud.ErrExists) {
		if !c.kind.upsert {
			return nil, c.kind.exists(c)
		}
		err = c.p.store.Update(doc)
	}
	return doc, err
}

// document is what is stored of the resource.
func (c *call) document(inputs resource.PropertyMap) *cloud.Document {
	out := c.computed()
	return &cloud.Document{
		Type: string(c.kind.token), ID: c.id,
		Stack: string(c.urn.Stack()), URN: string(c.urn),
		Secrets: append(secrets(inputs, "inputs"), outputSecrets(inputs)...),
		Inputs:  plainMap(openMap(inputs)), Outputs: plainMap(out),
	}
}

// Read returns what is there, also when only the ID is known, as for an import.
func (p *Provider) Read(_ context.Context, req plugin.ReadRequest) (plugin.ReadResponse, error) {
	k, err := p.kind(req.Type)
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	doc, err := p.get(k.token, string(req.ID))
	if err != nil {
		return plugin.ReadResponse{}, fmt.Errorf("reading %s %s (%s): %w", k.service, k.noun, req.ID, err)
	}
	if doc == nil {
		return plugin.ReadResponse{}, nil
	}
	out, err := outputsOf(doc)
	if err != nil {
		return plugin.ReadResponse{}, fmt.Errorf("reading %s %s (%s): %w", k.service, k.noun, req.ID, err)
	}
	in, err := inputsOf(doc)
	if err != nil {
		return plugin.ReadResponse{}, fmt.Errorf("reading %s %s (%s): %w", k.service, k.noun, req.ID, err)
	}
	// What the outputs say is what is there, so that a change made beside Pulumi shows.
	for key := range in {
		if v, ok := out[key]; ok {
			in[key] = v
		}
	}
	return plugin.ReadResponse{ReadResult: plugin.ReadResult{ID: req.ID, Inputs: in, Outputs: out}}, nil
}

// Update changes a resource in place.
func (p *Provider) Update(_ context.Context, req plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	k, err := p.kind(req.Type)
	if err != nil {
		return plugin.UpdateResponse{}, err
	}
	inputs := normalMap(req.NewInputs)
	c := p.call(k, req.URN, inputs, req.Preview)
	c.id = string(req.ID)
	if req.Preview {
		c.old = plainMap(openMap(normalMap(req.OldOutputs)))
		return plugin.UpdateResponse{Properties: mark(c.computed(), outputSecrets(inputs), "outputs")}, nil
	}
	doc, err := c.update(inputs)
	if err != nil {
		return plugin.UpdateResponse{}, c.failed("updating", k.operations.update, err)
	}
	out, err := outputsOf(doc)
	return plugin.UpdateResponse{Properties: out}, err
}

func (c *call) update(inputs resource.PropertyMap) (*cloud.Document, error) {
	old, err := c.get(c.kind.token, c.id)
	if err != nil {
		return nil, err
	}
	if old == nil {
		return nil, c.kind.missing(c)
	}
	c.old = old.Outputs
	for _, step := range []func(*call) error{c.kind.verify, c.kind.apply} {
		if step == nil {
			continue
		}
		if err := step(c); err != nil {
			return nil, err
		}
	}
	doc := c.document(inputs)
	err = c.p.store.Update(doc)
	if errors.Is(err, cloud.ErrNotFound) {
		err = c.kind.missing(c)
	}
	return doc, err
}

// Delete removes a resource; what is gone already is a success.
func (p *Provider) Delete(_ context.Context, req plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	k, err := p.kind(req.Type)
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	c := p.call(k, req.URN, normalMap(req.Inputs), false)
	c.id = string(req.ID)
	if err := c.delete(); err != nil {
		return plugin.DeleteResponse{}, c.failed("deleting", k.operations.delete, err)
	}
	return plugin.DeleteResponse{}, nil
}

func (c *call) delete() error {
	doc, err := c.get(c.kind.token, c.id)
	if err != nil || doc == nil {
		return err
	}
	c.old = doc.Outputs
	// The stored inputs decide, for example whether a bucket may go with its objects.
	stored, err := inputsOf(doc)
	if err != nil {
		return err
	}
	c.in = openMap(stored)
	if c.kind.remove != nil {
		if err := c.kind.remove(c); err != nil {
			return err
		}
	}
	for _, child := range c.kind.children {
		if err := c.deleteChildren(child); err != nil {
			return err
		}
	}
	return ignoreMissing(c.p.store.Delete(string(c.kind.token), c.id))
}

func (c *call) deleteChildren(ch child) error {
	if ch.prefix == nil {
		return ignoreMissing(c.p.store.Delete(string(ch.token), c.id))
	}
	ids, err := c.p.store.IDs(string(ch.token), ch.prefix(c))
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := ignoreMissing(c.p.store.Delete(string(ch.token), id)); err != nil {
			return err
		}
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, cloud.ErrNotFound) {
		return nil
	}
	return err
}

// failed wraps an error so that a person sees the type, the name and AWS's code.
func (c *call) failed(verb, operation string, err error) error {
	id := c.id
	if id == "" {
		id = c.urn.Name()
	}
	return &ResourceError{
		Type: c.kind.token, ID: id, URN: c.urn, Action: verb + " " + c.kind.service + " " + c.kind.noun,
		Service: c.kind.service, Operation: operation, Err: err,
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
// the tags among them once more in tagsAll.
func outputSecrets(inputs resource.PropertyMap) []string {
	out := secrets(withoutInternal(inputs), "outputs")
	if tags, ok := inputs["tags"]; ok {
		out = append(out, secretsIn(tags, []string{"outputs", "tagsAll"})...)
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
