package gcs

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// about is what a client writes of an object
// (https://cloud.google.com/storage/docs/json_api/v1/objects#resource).
type about struct {
	Name               string   `json:"name"`
	ContentType        text     `json:"contentType"`
	ContentEncoding    text     `json:"contentEncoding"`
	ContentDisposition text     `json:"contentDisposition"`
	ContentLanguage    text     `json:"contentLanguage"`
	CacheControl       text     `json:"cacheControl"`
	Metadata           metadata `json:"metadata"`
	MD5Hash            string   `json:"md5Hash"`
	CRC32C             string   `json:"crc32c"`
	KMSKeyName         string   `json:"kmsKeyName"`
}

// read reads a description, which may be missing.
func (b *about) read(body io.Reader) error {
	if err := json.NewDecoder(body).Decode(b); err != nil && !errors.Is(err, io.EOF) {
		return invalid("The description of the object is not JSON: %v.", err)
	}
	return nil
}

// text is a string that may be left out. Null is the empty string: it takes away what was there.
type text struct {
	set   bool
	value string
}

// UnmarshalJSON reads a string or null.
func (t *text) UnmarshalJSON(data []byte) error {
	t.set, t.value = true, ""
	if string(data) == "null" {
		return nil
	}
	return json.Unmarshal(data, &t.value)
}

// orElse fills in what was left out.
func (t *text) orElse(value string) {
	if !t.set && value != "" {
		t.set, t.value = true, value
	}
}

// metadata is an object's own metadata. A null takes away one entry, or all.
type metadata struct {
	set     bool
	entries map[string]*string
}

// UnmarshalJSON reads an object of strings and nulls, or null.
func (m *metadata) UnmarshalJSON(data []byte) error {
	m.set = true
	return json.Unmarshal(data, &m.entries)
}

// patch changes attributes: what was left out stays.
func (b about) patch(to objects.Attributes) objects.Attributes {
	out := objects.Attributes{Headers: map[string]string{}, Metadata: map[string]string{}}
	for name, value := range to.Headers {
		out.Headers[name] = value
	}
	for name, t := range map[string]text{"Content-Type": b.ContentType, "Content-Encoding": b.ContentEncoding,
		"Content-Disposition": b.ContentDisposition, "Content-Language": b.ContentLanguage, "Cache-Control": b.CacheControl} {
		switch {
		case t.value != "":
			out.Headers[name] = t.value
		case t.set:
			delete(out.Headers, name)
		}
	}
	if !b.Metadata.set || b.Metadata.entries != nil {
		for name, value := range to.Metadata {
			out.Metadata[name] = value
		}
	}
	for name, value := range b.Metadata.entries {
		if value == nil {
			delete(out.Metadata, name)
		} else {
			out.Metadata[name] = *value
		}
	}
	return out
}

// sums reads the checksums that a client sends in headers: X-Goog-Hash: crc32c=…,md5=…
func (b *about) sums(h http.Header) {
	for _, line := range h.Values("X-Goog-Hash") {
		for part := range strings.SplitSeq(line, ",") {
			switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
			case "crc32c":
				b.CRC32C = value
			case "md5":
				b.MD5Hash = value
			}
		}
	}
}
