// Package lambda runs Python handlers as AWS Lambda does: behind the Lambda Runtime
// API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html), one process
// per environment, one event at a time, with the function's timeout and memory. It
// knows no state machine; what it is given to run is unpacked and installed already.
// Where the processes run is a Runtime's business: Host is one of them.
package lambda
