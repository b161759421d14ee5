// Package venvtest gives tests a Python with packages of the package index. It is
// for tests alone; what functions need is installed by pkg/image/python.
package venvtest
