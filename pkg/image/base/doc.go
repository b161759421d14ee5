// Package base finds out about base images: which one a reference means today or
// is locked to, and where its Python has its packages. It builds nothing.
package base
