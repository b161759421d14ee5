//go:build !unix

package objects

// isNotDirectory is never needed: such paths are reported as not existing.
func isNotDirectory(error) bool { return false }
