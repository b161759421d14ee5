// Package rootfs unpacks the folders of a function's image that the host's Python
// needs: the handler's, the Python packages', and those of Lambda layers. The rest
// of an image is Linux's and the runtime's, which the host stands in for; it is
// never unpacked. Layers are unpacked once each, so images share what they have in
// common. It runs nothing.
package rootfs
