package config

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// bucketName is S3's rule without periods, which break TLS to virtual hosts:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
var bucketName = regexp.MustCompile(`^[a-z0-9]+(?:-+[a-z0-9]+)*$`)

var bucketKeys = []string{"name", "force_destroy"}

// readBuckets reads data_buckets: each a name, or {name, force_destroy}. The rule
// for names is S3's, which is narrower than that of Cloud Storage; refusal
// completes "characters that".
func readBuckets(r *reader, n *yaml.Node, refusal string) []DataBucket {
	var buckets []DataBucket
	lines := map[string]bool{}
	for _, item := range r.list(n, "data_buckets", "data_buckets: [raw, processed]") {
		b, at := readBucket(r, item)
		if b.Name == "" {
			continue
		}
		if !bucketName.MatchString(b.Name) {
			r.add(at, "a data bucket's name has characters that "+refusal, quote(b.Name)+"; allowed are a-z, 0-9 and - between them",
				"write it as "+strings.ToLower(suggestPart(b.Name)))
		}
		if lines[b.Name] {
			r.add(at, "data bucket "+quote(b.Name)+" is given twice", "", "remove one of them")
		}
		lines[b.Name] = true
		buckets = append(buckets, b)
	}
	return buckets
}

// readBucket also gives the node of the bucket's name.
func readBucket(r *reader, item *yaml.Node) (b DataBucket, at *yaml.Node) {
	v := resolve(item)
	if v.Kind != yaml.MappingNode || isSecure(v) {
		b.Name, _ = r.text(item, "a data bucket")
		return b, item
	}
	at = item
	named := false
	for _, p := range r.mapping(v, "a data bucket", "{name: raw}") {
		switch p.key.Value {
		case "name":
			named, at = true, p.value
			b.Name, _ = r.text(p.value, "a data bucket's name")
		case "force_destroy":
			b.ForceDestroy, _ = r.boolean(p.value, "force_destroy")
		default:
			r.unknown(p.key, p.key.Value, bucketKeys)
		}
	}
	if !named {
		r.add(item, "a data bucket without a name", "", "add name: raw")
	}
	return b, at
}
