package state

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/mototest"
)

// newMoto starts moto and sends every service there, as AWS_ENDPOINT_URL does.
func newMoto(t *testing.T) *s3.Client {
	t.Helper()
	server, err := mototest.Start(t.Context())
	if errors.Is(err, mototest.ErrUnavailable) {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	c, err := config.LoadDefaultConfig(t.Context(), config.WithRegion("eu-west-2"))
	require.NoError(t, err)
	return s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true })
}

func makeBucket(t *testing.T, client *s3.Client, name string, versions bool) {
	t.Helper()
	_, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket: &name, CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: "eu-west-2"},
	})
	require.NoError(t, err)
	if versions {
		_, err = client.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
			Bucket: &name, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
		})
		require.NoError(t, err)
	}
}

const pathStyle = "?region=eu-west-2&use_path_style=true"

// State on an emulator of S3: written, locked and read by another machine.
func TestStateOnMoto(t *testing.T) {
	client := newMoto(t)
	makeBucket(t, client, "states", true)
	p := s3Place{"s3://states/team" + pathStyle, t.TempDir()}
	st := p.open(t).Stack(testStack)
	apply(t, st, 3)
	other := p.elsewhere(t).open(t).Stack(testStack)
	c, err := other.Read(t.Context())
	require.NoError(t, err)
	require.Len(t, c.Deployment.Resources, 1+3, "the stack itself is one")

	l := lock(t, st)
	var locked *LockedError
	_, err = other.Lock(t.Context(), LockOptions{})
	require.ErrorAs(t, err, &locked)
	unlock(t, l)
	unlock(t, lock(t, other))
}

func TestProbe(t *testing.T) {
	client := newMoto(t)
	makeBucket(t, client, "plain", false)
	makeBucket(t, client, "versions", true)
	for name, versions := range map[string]bool{"plain": false, "versions": true} {
		access, err := Probe(t.Context(), "s3://"+name+"/team"+pathStyle, true)
		require.NoError(t, err)
		assert.Equal(t, Access{Versioning: &versions}, access, name)
		left, err := client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(name)})
		require.NoError(t, err)
		assert.Empty(t, left.Versions, name)
		assert.Empty(t, left.DeleteMarkers, name)
	}
	_, err := Open(t.Context(), "s3://none"+pathStyle, WithLogDir(t.TempDir()))
	require.ErrorContains(t, err, "NoSuchBucket: The specified bucket does not exist\n")
	require.NotContains(t, err.Error(), "RequestID")
	access, err := Probe(t.Context(), "s3://none"+pathStyle, true)
	require.NoError(t, err)
	require.ErrorIs(t, blobError(access.Read), errNotFound)
}

func TestProbeOfAFolder(t *testing.T) {
	dir := t.TempDir()
	access, err := Probe(t.Context(), "file://"+dir, true)
	require.NoError(t, err)
	assert.Equal(t, Access{}, access)
	_, err = Probe(t.Context(), "ftp://x", true)
	require.ErrorContains(t, err, "unknown kind of state store")
}
