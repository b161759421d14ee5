// Package mototest runs moto, an AWS on loopback that has nothing to do with
// dorc (https://docs.getmoto.org), for tests. It is not for anything else, and it
// says why when this machine cannot run it, so that a test can be skipped.
package mototest
