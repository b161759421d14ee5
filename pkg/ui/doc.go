// Package ui is how dorc looks: Pulumi's own display of an operation, tables,
// and lines with a prefix. It decides nothing; it shows what it is given.
package ui
