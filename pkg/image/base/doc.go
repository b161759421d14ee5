// Package base finds out about base images: which one a reference means today or
// is locked to, where its Python has its packages, and what an image of Dataflow's
// has that others are made of. It builds nothing.
package base
