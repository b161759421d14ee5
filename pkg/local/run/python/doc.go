// Package python finds a Python interpreter and makes virtual environments for
// functions: their requirements, AWS's runtime interface client and boto3. An
// environment is made once per content and reused. It runs no handler.
package python
