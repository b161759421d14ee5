package run

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/objects"
	"github.com/dorc-dev/dorc/pkg/local/run/s3"
)

// amazon is what an Airflow on this machine calls of AWS: S3, and Step Functions, by which tasks of lambda start
// their pipeline. Other services are refused by their names.
type amazon struct {
	flow   *flow
	s3     *s3.Endpoint
	states *http.Server
	// address is that of Step Functions.
	address string
}

func startAmazon(f *flow) (a *amazon, err error) {
	store, err := objects.New(f.runner.documents.Layout().Buckets(), buckets{f.runner.documents})
	if err != nil {
		return nil, err
	}
	a = &amazon{flow: f}
	if a.s3, err = s3.Start(store, func(o s3.Object) {
		f.root.emit(Event{Kind: ObjectCreated, Bucket: o.Bucket, Key: o.Key, Size: o.Size})
	}); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the Step Functions endpoint: %w", err), a.s3.Close())
	}
	a.address = "http://" + listener.Addr().String()
	a.states = &http.Server{Handler: stepFunctions{f}, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		// Serve ends with ErrServerClosed; a client whose connection breaks sees that itself.
		_ = a.states.Serve(listener)
	}()
	return a, nil
}

// variables lead AWS's client libraries here
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html). The credentials are none of AWS, and the
// machine's own are not looked for.
func (a *amazon) variables() map[string]string {
	region := a.flow.runner.options.Region
	return map[string]string{
		"AWS_ENDPOINT_URL":          a.s3.URL,
		"AWS_ENDPOINT_URL_S3":       a.s3.URL,
		"AWS_ENDPOINT_URL_SFN":      a.address,
		"AWS_REGION":                region,
		"AWS_DEFAULT_REGION":        region,
		"AWS_ACCESS_KEY_ID":         "AKIALOCALLOCALLOCAL0",
		"AWS_SECRET_ACCESS_KEY":     "local",
		"AWS_EC2_METADATA_DISABLED": "true",
	}
}

func (a *amazon) close() error { return errors.Join(a.states.Close(), a.s3.Close()) }
