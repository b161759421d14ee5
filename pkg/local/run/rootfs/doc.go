// Package rootfs unpacks the part of a function's image that its handler is in:
// the task root, /var/task by default. The rest of an image is Linux's and the
// runtime's, which the host stands in for. It runs nothing.
package rootfs
