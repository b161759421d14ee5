// Package lambda runs Python handlers as AWS Lambda does: behind the Lambda Runtime
// API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html), one process
// per environment, one event at a time, with the function's timeout and memory. It
// knows no state machine; what it is given to run is unpacked and installed already.
package lambda
