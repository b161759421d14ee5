// Package cloudtarget tests the cloud target as a user meets it: dorc itself, its
// settings, the preflight against moto, state on moto's S3, and a plugin that is
// downloaded from a mirror and started. The plugin serves the local AWS, since the
// official one is hundreds of megabytes. It has tests only.
package cloudtarget
