package googlerules

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

const (
	regionSource   = "https://cloud.google.com/compute/docs/regions-zones"
	locationSource = "https://cloud.google.com/storage/docs/locations"
)

//go:embed locations.txt
var locationsText string

// regions are those of Google Cloud, from locations.txt.
var regions = func() (list []string) {
	for line := range strings.Lines(locationsText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list
}()

// storageAreas are multi-regions and predefined dual-regions of Cloud Storage.
var storageAreas = []string{"asia", "eu", "us", "asia1", "eur4", "eur5", "eur7", "eur8", "nam4"}

// registryAreas are multi-regions of Artifact Registry,
// https://cloud.google.com/artifact-registry/docs/repositories/repo-locations
var registryAreas = []string{"asia", "europe", "us"}

// Regions returns the regions of Google Cloud, in order.
func Regions() []string { return slices.Clone(regions) }

// IsRegion reports whether a name is a region's.
func IsRegion(name string) bool { return slices.Contains(regions, name) }

// NearRegion hints at the region that a wrong name may mean, or is "".
func NearRegion(name string) string {
	if near := problem.Nearest(name, regions); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// isRegion wants a region, also as the last part of an address.
var isRegion = optional(text(func(v string) string {
	return place(v[strings.LastIndexByte(v, '/')+1:], nil, "a region of Google Cloud")
}))

// isStorageLocation wants a place of buckets, in any case.
var isStorageLocation = text(func(v string) string {
	return place(strings.ToLower(v), storageAreas, "a location of Cloud Storage")
})

// isRegistryLocation wants a place of repositories.
var isRegistryLocation = text(func(v string) string {
	return place(v, registryAreas, "a location of Artifact Registry")
})

// place says why a name is none of the regions and areas, or "".
func place(name string, areas []string, what string) string {
	if IsRegion(name) || slices.Contains(areas, name) {
		return ""
	}
	if near := problem.Nearest(name, slices.Concat(regions, areas)); near != "" {
		return fmt.Sprintf("it is not %s; did you mean %s?", what, near)
	}
	return fmt.Sprintf("it is not %s, such as %s", what, "europe-west2")
}
