package google

import (
	"context"
	"os"

	"cloud.google.com/go/storage"
	"google.golang.org/api/option"
)

// StorageEndpoint is the variable that gives Cloud Storage another endpoint, which
// ends in storage/v1/ (the plugin's).
const StorageEndpoint = "GOOGLE_STORAGE_CUSTOM_ENDPOINT"

// emulatorHost is the variable by which Google's clients find a stand-in for Cloud
// Storage. They then use no credentials.
const emulatorHost = "STORAGE_EMULATOR_HOST"

// Storage is a client of Cloud Storage. Nothing is asked yet. The error is a
// problem.Problem when there are no credentials.
func (a Access) Storage(ctx context.Context) (*storage.Client, error) {
	if os.Getenv(emulatorHost) != "" {
		return storage.NewClient(ctx)
	}
	who, err := a.find(ctx)
	if err != nil {
		return nil, noCredentials(err).Problem()
	}
	options := []option.ClientOption{option.WithCredentials(who.Credentials), option.WithUserAgent("dorc"), storage.WithJSONReads()}
	if endpoint := a.Endpoints[StorageEndpoint]; endpoint != "" {
		options = append(options, option.WithEndpoint(endpoint))
	}
	return storage.NewClient(ctx, options...)
}
