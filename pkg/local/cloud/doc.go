// Package cloud is the store of the local cloud: one JSON document per resource,
// written atomically, below one directory. It knows no resource type and no
// component; providers and the runtime build on it.
package cloud
