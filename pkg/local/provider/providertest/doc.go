// Package providertest holds a cloud of the local cloud against what it promises:
// the life of every type, the verdicts of the real provider, and its schemas. It
// is for tests of packages that describe a cloud.
package providertest
