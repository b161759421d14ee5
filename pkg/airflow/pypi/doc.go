// Package pypi finds out whether packages from PyPI go with those that a Composer image
// has, before Composer tries for an hour. It asks a resolver, and installs nothing.
package pypi
