package config

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/awsid"
	"github.com/dorc-dev/dorc/pkg/googlerules"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// shape is how a text of Google Cloud's looks.
type shape struct {
	pattern *regexp.Regexp
	// what completes "is not".
	what, allowed, example string
}

var (
	projectIDShape = shape{regexp.MustCompile(`^[a-z][a-z0-9-]{4,28}[a-z0-9]$`), "the id of a Google project",
		"6 to 30 of a-z, 0-9 and -, a letter first and no - last (https://cloud.google.com/resource-manager/docs/creating-managing-projects)", "exampledorc-data"}
	googleBucketShape = shape{regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$`), "the name of a bucket",
		"3 to 63 of a-z, 0-9, - and _, with a letter or digit at both ends (https://cloud.google.com/storage/docs/buckets#naming)", "exampledorc-data-artifacts"}
	repositoryShape = shape{regexp.MustCompile(`^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`), "the name of an Artifact Registry repository",
		"at most 63 of a-z, 0-9 and -, a letter first and no - last (https://cloud.google.com/artifact-registry/docs/repositories/create-repos)", "exampledorc"}
	computeShape = shape{regexp.MustCompile(`^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`), "the name of a resource of Compute Engine",
		"at most 63 of a-z, 0-9 and -, a letter first and no - last (https://cloud.google.com/compute/docs/naming-resources); no path and no address", "my-vpc"}
	accountIDShape = shape{regexp.MustCompile(`^[a-z][a-z0-9-]{4,28}[a-z0-9]$`), "the id of a service account",
		"6 to 30 of a-z, 0-9 and -, a letter first and no - last (https://cloud.google.com/iam/docs/service-accounts-create)", "dataflow-worker"}
	accountEmailShape = shape{regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*@[a-z0-9.-]+\.gserviceaccount\.com$`), "the e-mail address of a service account",
		"", "worker@exampledorc-data.iam.gserviceaccount.com"}
	billingShape = shape{regexp.MustCompile(`^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$`), "the id of a billing account",
		"gcloud billing accounts list shows them", "012345-6789AB-CDEF01"}
	numberShape = shape{regexp.MustCompile(`^[0-9]{1,20}$`), "the number of a folder or an organization",
		"digits only, without folders/ or organizations/", "123456789012"}
	projectNameShape = shape{regexp.MustCompile(`^[A-Za-z0-9'" !-]{4,30}$`), "the name of a Google project",
		`4 to 30 letters, digits, spaces and - ' " ! (https://cloud.google.com/resource-manager/reference/rest/v3/projects)`, "Example data"}
	apiShape = shape{regexp.MustCompile(`^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.googleapis\.com$`), "the name of an API",
		"gcloud services list --available shows them", "bigquery.googleapis.com"}
	databaseShape = shape{regexp.MustCompile(`^[^\s/?&#;:@\\]+$`), "the name of a database", "it has no white space and none of / ? & # ; : @ \\", "orders"}
	userShape     = shape{regexp.MustCompile(`^[^\s\pC]+$`), "the name of a user", "it has no white space", "reader"}
)

// shaped reads a text and checks how it looks.
func shaped(r *reader, n *yaml.Node, what string, s shape) string {
	v, ok := r.text(n, what)
	if ok && !s.pattern.MatchString(v) {
		detail := "it is " + quote(v)
		if s.allowed != "" {
			detail += "; " + s.allowed
		}
		r.add(n, what+" is not "+s.what, detail, "it looks like "+s.example)
	}
	return v
}

// optionalText reads a text that may be empty, as a Terraform variable may.
func optionalText(r *reader, n *yaml.Node, what string) string {
	if v := resolve(n); isString(v) && v.Value == "" {
		return ""
	}
	v, _ := r.text(n, what)
	return v
}

var zone = regexp.MustCompile(`^([a-z]+-[a-z]+[0-9]{1,2})-[a-z]$`)

func readGoogleRegion(r *reader, n *yaml.Node) string {
	if v := resolve(n); isString(v) {
		if m := zone.FindStringSubmatch(v.Value); m != nil {
			r.add(n, "region is a zone", "it is "+quote(v.Value), "write "+m[1])
			return v.Value
		}
	}
	v, ok := r.text(n, "region")
	if !ok || googlerules.IsRegion(v) {
		return v
	}
	hint := "it looks like europe-west2; see https://cloud.google.com/dataflow/docs/resources/locations"
	if near := problem.Nearest(v, googlerules.Regions()); near != "" && !awsid.IsRegion(v) {
		hint = "did you mean " + near + "?"
	}
	r.add(n, "region is not a region of Google Cloud", "it is "+quote(v), hint)
	return v
}

func readGoogleBucketName(r *reader, n *yaml.Node) string {
	v := shaped(r, n, "bucket_name", googleBucketShape)
	if strings.HasPrefix(v, "goog") || strings.Contains(v, "google") {
		r.add(n, "bucket_name is kept by Google for itself", "it is "+quote(v)+"; a name neither begins with goog nor has google in it "+
			"(https://cloud.google.com/storage/docs/buckets#naming)", "use another name")
	}
	return v
}

func readImageName(r *reader, n *yaml.Node, key, example string) string {
	v, ok := r.text(n, key)
	if ok {
		if _, err := name.ParseReference(v); err != nil {
			r.add(n, key+" is not the name of an image", err.Error(), "write <registry>/<repository>:<tag>, such as "+example)
		}
	}
	return v
}

// reservedNets are no addresses of a subnetwork. Source, also of the longest prefix:
// https://cloud.google.com/vpc/docs/subnets#prohibited-ranges
var reservedNets = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("199.36.153.4/30"), netip.MustParsePrefix("199.36.153.8/30"), netip.MustParsePrefix("224.0.0.0/4"),
	netip.MustParsePrefix("255.255.255.255/32"),
}

const longestPrefix = 29

// readCIDR reads the addresses of a subnetwork.
func readCIDR(r *reader, n *yaml.Node, key, example string) string {
	v, p, ok := readPrefix(r, n, key, example)
	switch {
	case !ok:
	case p.Bits() > longestPrefix:
		r.add(n, key+" is too small for a subnetwork", "it is "+quote(v)+"; a /"+strconv.Itoa(longestPrefix)+
			" is the smallest (https://cloud.google.com/vpc/docs/subnets#valid-ranges)", "each worker takes one address; write "+example)
	default:
		for _, reserved := range reservedNets {
			if p.Overlaps(reserved) {
				r.add(n, key+" has addresses that no subnetwork can have", "it is "+quote(v)+", which meets "+reserved.String()+
					" (https://cloud.google.com/vpc/docs/subnets#prohibited-ranges)", "use a private range, such as "+example)
				break
			}
		}
	}
	return v
}

// readPrefix reads a range of IPv4 addresses.
func readPrefix(r *reader, n *yaml.Node, key, example string) (text string, p netip.Prefix, ok bool) {
	v, ok := r.text(n, key)
	if !ok {
		return "", p, false
	}
	p, err := netip.ParsePrefix(v)
	switch {
	case err != nil || !p.Addr().Is4():
		r.add(n, key+" is not a range of IPv4 addresses", "it is "+quote(v), "it looks like "+example)
	case p != p.Masked():
		r.add(n, key+" does not begin at its first address", "it is "+quote(v), "write "+p.Masked().String())
	default:
		return v, p, true
	}
	return v, p, false
}
