package gcs

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// copies answers what stands below an object: copies, compositions.
func (a *api) copies(r *request) (any, error) {
	verb := r.rest[0]
	switch {
	case (verb == "copyTo" || verb == "rewriteTo") && len(r.rest) == 5 && r.rest[1] == "b" && r.rest[3] == "o" && r.Method == http.MethodPost:
		return a.copy(r, verb == "rewriteTo")
	case verb == "compose" && len(r.rest) == 1 && r.Method == http.MethodPost:
		return a.compose(r)
	case verb == "acl":
		return nil, invalid("Cannot use ACL API to access or change an object when uniform bucket-level access is enabled. Read more at https://cloud.google.com/storage/docs/uniform-bucket-level-access")
	}
	return nil, a.unknown(r)
}

// copy copies an object, always in one step (https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite).
func (a *api) copy(r *request, rewrite bool) (any, error) {
	var b about
	if err := b.read(r.Body); err != nil {
		return nil, err
	}
	source, err := r.conditions(true)
	if err != nil {
		return nil, err
	}
	o, f, err := a.open(r, r.bucket, r.key, "sourceGeneration")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := source.check(&o); err != nil {
		return nil, err
	}
	to := *r
	to.bucket, b.Name = r.rest[2], r.rest[4]
	to.query = r.URL.Query()
	to.query.Del("name")
	in, err := a.incoming(&to, b)
	if err != nil {
		return nil, err
	}
	// What the request says of the copy replaces the original's own; metadata as a whole.
	original := o.Attributes
	if b.Metadata.set {
		original.Metadata = nil
	}
	in.attributes = b.patch(original)
	if err := in.read(f); err != nil {
		return nil, err
	}
	out, err := a.finish(&to, in)
	if err != nil || !rewrite {
		return out, err
	}
	return map[string]any{"kind": "storage#rewriteResponse", "done": true, "resource": out,
		"totalBytesRewritten": out.(map[string]any)["size"], "objectSize": out.(map[string]any)["size"]}, nil
}

// maxSources is the most that one request composes (https://cloud.google.com/storage/quotas#objects).
const maxSources = 32

// compose makes an object of others of its bucket, one after the other.
func (a *api) compose(r *request) (any, error) {
	var body struct {
		SourceObjects []struct {
			Name                string
			Generation          string
			ObjectPreconditions struct {
				IfGenerationMatch *int64 `json:",string"`
			}
		}
		Destination about
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, invalid("The composition is not JSON: %v.", err)
	}
	if n := len(body.SourceObjects); n < 1 || n > maxSources {
		return nil, invalid("The number of source components provided (%d) is not from 1 to %d.", n, maxSources)
	}
	body.Destination.Name = r.key
	to := *r
	to.query = r.URL.Query()
	to.query.Del("name")
	in, err := a.incoming(&to, body.Destination)
	if err != nil {
		return nil, err
	}
	for _, source := range body.SourceObjects {
		err := func() error {
			from := *r
			from.query = map[string][]string{"generation": {source.Generation}}
			o, f, err := a.open(&from, r.bucket, source.Name, "generation")
			if err != nil {
				return err
			}
			defer f.Close()
			if err := (conditions{generation: source.ObjectPreconditions.IfGenerationMatch}).check(&o); err != nil {
				return err
			}
			_, err = io.Copy(in.writer, f)
			return err
		}()
		if err != nil {
			return nil, errors.Join(err, in.writer.Abort())
		}
	}
	return a.finish(&to, in)
}
