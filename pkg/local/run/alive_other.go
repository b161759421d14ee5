//go:build !unix

package run

import "os"

// alive tells whether a process is there.
func alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	_, err := os.FindProcess(pid) // fails here for processes that are gone
	return err == nil
}
