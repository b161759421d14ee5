// Package images tests the images of functions as a user meets them: dorc itself,
// registries and package indexes that fail, full disks, odd files, secrets, and
// builds on machines that differ. It has tests only.
package images
