package registry

import (
	"encoding/json"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// choose picks linux/amd64 from an index. An entry without a platform is taken
// when no entry has that one: its config tells.
func choose(index *v1.IndexManifest) (v1.Descriptor, error) {
	var (
		nameless []v1.Descriptor
		has      []string
	)
	for _, d := range index.Manifests {
		switch p := d.Platform; {
		case !slices.Contains(imageTypes, d.MediaType):
		case p == nil:
			nameless = append(nameless, d)
		case p.OS == "linux" && p.Architecture == "amd64":
			return d, nil
		case p.OS != "unknown":
			has = append(has, platformName(p.OS, p.Architecture, p.Variant))
		}
	}
	if len(nameless) > 0 {
		return nameless[0], nil
	}
	return v1.Descriptor{}, platformError{has: has}
}

// platformError is an image that does not run where Lambda runs it.
type platformError struct{ has []string }

func (e platformError) Error() string { return "it is for " + strings.Join(e.has, ", ") }

func platformName(parts ...string) string {
	return clean(strings.Trim(strings.Join(parts, "/"), "/"))
}

// mediaTypeOf reads the type from a manifest's own words, since a cached one has
// no header. OCI manifests may leave it out.
func mediaTypeOf(raw []byte) (types.MediaType, error) {
	var m struct {
		MediaType     types.MediaType `json:"mediaType"`
		SchemaVersion int             `json:"schemaVersion"`
		Manifests     json.RawMessage `json:"manifests"`
	}
	if json.Unmarshal(raw, &m) != nil {
		return "", protocolError("its manifest is not JSON")
	}
	switch {
	case m.SchemaVersion == 1:
		return "", protocolError("its manifest has Docker's schema 1, which is no longer in use")
	case slices.Contains(imageTypes, m.MediaType), slices.Contains(indexTypes, m.MediaType):
		return m.MediaType, nil
	case m.MediaType != "":
		return "", protocolError("it is of the type %s, not an image", clean(string(m.MediaType)))
	case m.Manifests != nil:
		return types.OCIImageIndex, nil
	default:
		return types.OCIManifestSchema1, nil
	}
}
