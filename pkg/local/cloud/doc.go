// Package cloud is the store of the local cloud: one JSON document per resource,
// written atomically, below one directory. It knows no resource type and no
// component; providers and the runtime build on it.
//
// Several processes may use one directory at a time. A document is whole at every
// moment: it is written beside its place, synced, and then linked or renamed.
// Values that a document lists as secret are sealed with the key file of the
// directory, so that a document can be shown to someone else.
package cloud
