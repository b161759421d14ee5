package state

import (
	"errors"
	"fmt"
	neturl "net/url"
	"strconv"
	"strings"

	"cloud.google.com/go/storage"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	azblobblob "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"gocloud.dev/blob"
)

// versionOf is the entity tag, or on Google Cloud the generation, of an object.
func versionOf(a *blob.Attributes) string {
	var google storage.ObjectAttrs
	if a.As(&google) {
		return strconv.FormatInt(google.Generation, 10)
	}
	return a.ETag
}

// onlyVersion makes a write conditional on the version that versionOf gave. The
// portable driver has this only for objects that do not exist yet.
func onlyVersion(version string) func(func(any) bool) error {
	return func(as func(any) bool) error {
		var amazon *transfermanager.UploadObjectInput
		if as(&amazon) {
			amazon.IfMatch = &version
			return nil
		}
		var google **storage.ObjectHandle
		if as(&google) {
			generation, err := strconv.ParseInt(version, 10, 64)
			if err != nil {
				return fmt.Errorf("object generation %q: %w", version, err)
			}
			*google = (*google).If(storage.Conditions{GenerationMatch: generation})
			return nil
		}
		var azure *azblob.UploadStreamOptions
		if as(&azure) {
			tag := azcore.ETag(version)
			azure.AccessConditions = &azblob.AccessConditions{
				ModifiedAccessConditions: &azblobblob.ModifiedAccessConditions{IfMatch: &tag},
			}
			return nil
		}
		return errors.New("this object store has no conditional writes, which leases need")
	}
}

// plainCopySource undoes the driver's encoding of slashes, which some stores that
// speak S3 refuse; the stock CLI does the same (pulumi/pulumi issue 23478).
func plainCopySource(as func(any) bool) error {
	var input *awss3.CopyObjectInput
	if !as(&input) || input.CopySource == nil {
		return nil
	}
	plain, err := neturl.QueryUnescape(*input.CopySource)
	if err != nil {
		return fmt.Errorf("copy source: %w", err)
	}
	parts := strings.Split(plain, "/")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(neturl.PathEscape(p), "+", "%2B")
	}
	escaped := strings.Join(parts, "/")
	input.CopySource = &escaped
	return nil
}
