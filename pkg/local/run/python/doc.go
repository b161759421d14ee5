// Package python finds a Python interpreter and makes virtual environments for it:
// with what Lambda has besides an image's own packages (AWS's runtime interface
// client and boto3), and, where the image's compiled packages are for another Python
// or system, with the same packages for this one. An environment is made once per
// content and reused. It runs no handler.
package python
