// Package tool runs a program of the machine, such as pip, and hears what it
// says. It gives no meaning to it.
package tool
