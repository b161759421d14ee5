package gcs

import (
	"net/http"
	"strconv"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// conditions are what a request demands of an object that is there
// (https://cloud.google.com/storage/docs/request-preconditions).
type conditions struct {
	generation, notGeneration, metageneration, notMetageneration *int64
}

// conditions reads those of a request; source reads those of the object that is copied.
func (r *request) conditions(source bool) (c conditions, err error) {
	prefix := "if"
	if source {
		prefix = "ifSource"
	}
	for name, to := range map[string]**int64{"GenerationMatch": &c.generation, "GenerationNotMatch": &c.notGeneration,
		"MetagenerationMatch": &c.metageneration, "MetagenerationNotMatch": &c.notMetageneration} {
		text := r.query.Get(prefix + name)
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return c, invalid("Invalid value for %s%s: %q is no number.", prefix, name, text)
		}
		*to = &n
	}
	return c, nil
}

// check fails when the present object, nil for none, is not as demanded. A generation of 0 demands that there is none.
func (c conditions) check(present *objects.Object) error {
	generation, changes := int64(0), int64(0)
	if present != nil {
		generation, changes = present.Generation(), metageneration(*present)
	}
	switch {
	case c.generation != nil && *c.generation != generation, c.metageneration != nil && *c.metageneration != changes:
		return refuse(http.StatusPreconditionFailed, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.")
	case c.notGeneration != nil && *c.notGeneration == generation, c.notMetageneration != nil && *c.notMetageneration == changes:
		return refuse(http.StatusPreconditionFailed, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.")
	}
	return nil
}

// checkRead is check for a request that only reads: what is as the client has it already is no error.
func (c conditions) checkRead(o objects.Object) error {
	if c.notGeneration != nil && *c.notGeneration == o.Generation() || c.notMetageneration != nil && *c.notMetageneration == metageneration(o) {
		return refuse(http.StatusNotModified, "notModified", "Not modified.")
	}
	return c.check(&o)
}

// wanted picks the version that a parameter names; nil is the latest.
func (r *request) wanted(parameter string) (func(objects.Object) bool, error) {
	text := r.query.Get(parameter)
	if text == "" {
		return nil, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, invalid("Invalid value for %s: %q is no number.", parameter, text)
	}
	return func(o objects.Object) bool { return !o.Deleted && o.Generation() == n }, nil
}
