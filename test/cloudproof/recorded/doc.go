// Package recorded is a stand-in for the plugins pulumi-aws and pulumi-gcp that
// answers from what was recorded of the real ones: the argument and resource types of its SDK, and
// the attribute facts that the Terraform provider below it gave. It keeps every
// call. It is for tests of the cloud target without an account; it is not the
// local cloud, which stores resources and knows AWS's rules.
package recorded
