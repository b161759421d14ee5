// Package cloudproof proves the cloud target without an account: the example is
// planned and applied with recorded providers, and what dorc asked of them is done
// once more in moto, an independent imitation of AWS. It has tests only.
package cloudproof
