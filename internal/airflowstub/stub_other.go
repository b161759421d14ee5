//go:build !unix

package airflowstub

// Main does nothing: there are no sessions and no signals to play with here.
func Main() {}
