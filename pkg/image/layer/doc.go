// Package layer makes the layers of images: the same files give the same bytes
// on any machine, at any time, for any user. It knows files and names, not what
// they are for.
package layer
