// Package pypi finds out whether packages from PyPI go with those that a Composer image
// has, before Composer tries for an hour. It asks uv, and installs nothing.
package pypi
