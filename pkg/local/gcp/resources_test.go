package gcp

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
)

func TestBucketIsAFolder(t *testing.T) {
	f := newFixture(t)
	b := f.Make(bucketType, "b", object{"name": "data", "location": "EU"})
	dir := f.Store.Layout().Bucket("data")
	require.DirExists(t, dir)
	o := f.Make(objectType, "o", object{"bucket": "data", "name": "a/b.txt", "content": "hello", "metadata": object{"k": "v"}})
	data, err := os.ReadFile(filepath.Join(dir, "a", "b.txt"))
	require.NoError(t, err)
	assert.Equal(t, "hello", string(data))
	above := f.Make(objectType, "p", object{"bucket": "data", "name": "a", "content": "a folder and an object"})
	climbing := f.Make(objectType, "q", object{"bucket": "data", "name": "../x", "content": "stays below"})
	assert.NoFileExists(t, filepath.Join(dir, "..", "x"))
	providertest.AssertCode(t, "conflict", f.Remove(b))
	for _, m := range []providertest.Made{o, above, climbing} {
		require.NoError(t, f.Remove(m))
	}
	require.NoError(t, f.Remove(b), "an empty folder is no object")
	assert.NoDirExists(t, dir)

	b = f.Make(bucketType, "b", object{"name": "data", "location": "EU", "forceDestroy": true})
	o = f.Make(objectType, "o", object{"bucket": "data", "name": "a", "content": "hello"})
	require.NoError(t, f.Remove(b))
	assert.NoDirExists(t, dir)
	assert.Empty(t, f.Look(objectType, o.ID).ID, "the object went with its bucket")
	require.NoError(t, f.Remove(o))
}

// Writing an object again gives it a new generation; its sums are Google's.
func TestObjectSource(t *testing.T) {
	f := newFixture(t)
	f.Make(bucketType, "b", object{"name": "data", "location": "EU"})
	text, err := asset.FromText("hello")
	require.NoError(t, err)
	in := resource.PropertyMap{
		"bucket": resource.NewStringProperty("data"), "name": resource.NewStringProperty("o"), "source": resource.NewAssetProperty(text),
	}
	checked := f.TryCheck(objectType, "o", nil, in)
	require.Empty(t, checked.Failures)
	made, err := f.Create(t.Context(), plugin.CreateRequest{URN: providertest.URN(objectType, "o"), Type: objectType, Properties: checked.Properties})
	require.NoError(t, err)
	assert.Equal(t, "XUFAKrxLKna5cZ2REBfFkg==", made.Properties["md5hash"].StringValue())
	assert.Equal(t, "mnG7TA==", made.Properties["crc32c"].StringValue())
	first := made.Properties["generation"].NumberValue()
	assert.Positive(t, first)
	made, err = f.Create(t.Context(), plugin.CreateRequest{URN: providertest.URN(objectType, "o"), Type: objectType, Properties: checked.Properties})
	require.NoError(t, err)
	assert.Greater(t, made.Properties["generation"].NumberValue(), first)
}

// The content of a secret stands in no document in clear, whether or not the
// program marked it.
func TestSecretIsSealed(t *testing.T) {
	f := world(t)
	m := f.Make(secretVersionType, "v", object{"secret": inProject + "/secrets/orders", "secretData": "hunter2"})
	assert.True(t, m.In["secretData"].IsSecret())
	assert.True(t, m.Out["secretData"].IsSecret())
	read := f.Look(secretVersionType, m.ID)
	assert.True(t, read.Outputs["secretData"].IsSecret())
	assert.Equal(t, "hunter2", read.Outputs["secretData"].SecretValue().Element.StringValue())
	require.NoError(t, filepath.WalkDir(f.Store.Layout().Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		assert.NotContains(t, string(data), "hunter2", path)
		return err
	}))
}

// Versions that are added at once get one number each.
func TestSecretVersionsAtOnce(t *testing.T) {
	f := world(t)
	in := f.Checked(secretVersionType, "v", nil, object{"secret": inProject + "/secrets/orders", "secretData": "x"})
	const count = 8
	ids := make(chan resource.ID, count)
	for i := range count {
		go func() {
			made, err := f.Create(t.Context(), plugin.CreateRequest{
				URN: providertest.URN(secretVersionType, fmt.Sprint(i)), Type: secretVersionType, Properties: in,
			})
			assert.NoError(t, err)
			ids <- made.ID
		}()
	}
	seen := map[resource.ID]bool{}
	for range count {
		seen[<-ids] = true
	}
	assert.Len(t, seen, count)
}

// Versions count up.
func TestSecretVersions(t *testing.T) {
	f := world(t)
	in := object{"secret": inProject + "/secrets/orders", "secretData": "one"}
	first := f.Make(secretVersionType, "v", in)
	second := f.Make(secretVersionType, "w", with(in, object{"secretData": "two"}))
	assert.Equal(t, "1", first.Str("version"))
	assert.Equal(t, "2", second.Str("version"))
	got, _ := f.Compare(first, with(in, object{"secretData": "three"}))
	assert.False(t, got.DeleteBeforeReplace, "the new version is there before the old one goes")
	require.NoError(t, f.Remove(first))
	assert.Equal(t, "3", f.Make(secretVersionType, "x", in).Str("version"))
}

// A workflow gets a new revision when what it does changes, and no other time.
func TestRevisions(t *testing.T) {
	f := world(t)
	in := object{"name": "w", "sourceContents": definition, "userEnvVars": object{"A": "1"}}
	m := f.Make(workflowType, "w", in)
	first := m.Str("revisionId")
	assert.Regexp(t, `^000001-[0-9a-f]{3}$`, first)
	m = f.Change(m, with(in, object{"description": "d"}))
	assert.Equal(t, first, m.Str("revisionId"))
	in = with(in, object{"description": "d", "userEnvVars": object{"A": "2"}})
	news := f.Checked(workflowType, "w", m.In, in)
	preview, err := f.Update(t.Context(), plugin.UpdateRequest{
		URN: providertest.URN(workflowType, "w"), Type: workflowType, ID: m.ID, OldInputs: m.In, OldOutputs: m.Out, NewInputs: news, Preview: true,
	})
	require.NoError(t, err)
	assert.True(t, preview.Properties["revisionId"].IsComputed())
	m = f.Change(m, in)
	assert.Regexp(t, `^000002-[0-9a-f]{3}$`, m.Str("revisionId"))
	m = f.Change(m, with(in, object{"serviceAccount": runner}))
	assert.Regexp(t, `^000003-`, m.Str("revisionId"))
	assert.Equal(t, runnerID, m.Str("serviceAccount"))
}

// Each form of an ID that Google's import takes finds the resource.
func TestImportForms(t *testing.T) {
	f := world(t)
	f.Make(workflowType, "w", object{"name": "w", "sourceContents": definition})
	f.Make(natType, "nat", object{"name": "nat", "router": "router", "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"})
	f.Make(secretVersionType, "v", object{"secret": inProject + "/secrets/orders", "secretData": "x"})
	f.Make(bucketMemberType, "m", object{"bucket": "data", "role": "roles/storage.objectViewer", "member": asMember})
	f.Make(projectType, "p", object{"projectId": "example-data"})
	for typ, forms := range map[tokens.Type][]string{
		projectType: {"example-data", "projects/example-data"},
		serviceType: {"local-project/iam.googleapis.com", "iam.googleapis.com"},
		accountType: {runnerID, runner},
		bucketType:  {"data", "local-project/data"},
		workflowType: {inProject + "/locations/europe-west2/workflows/w", "local-project/europe-west2/w",
			"europe-west2/w", "w"},
		repositoryType:    {inProject + "/locations/europe-west2/repositories/images", "images"},
		secretType:        {inProject + "/secrets/orders", "local-project/orders", "orders"},
		secretVersionType: {"projects/local-project/secrets/orders/versions/1", "projects/" + number("local-project") + "/secrets/orders/versions/1"},
		bucketMemberType:  {"b/data roles/storage.objectViewer " + asMember},
		networkType:       {inProject + "/global/networks/vpc", "local-project/vpc", "vpc", computeURL + inProject + "/global/networks/vpc"},
		natType:           {"local-project/europe-west2/router/nat", "europe-west2/router/nat", "router/nat"},
	} {
		for _, id := range forms {
			got := f.Look(typ, resource.ID(id))
			assert.NotEmpty(t, got.ID, "%s %s", typ, id)
			again := f.Look(typ, got.ID)
			assert.Equal(t, got.ID, again.ID)
		}
		assert.Empty(t, f.Look(typ, "no/such/thing/at/all/here/or/there").ID)
	}
}

// A creation whose end was not recorded is found by its URN.
func TestFind(t *testing.T) {
	f := world(t)
	m := f.Make(secretVersionType, "v", object{"secret": inProject + "/secrets/orders", "secretData": "x"})
	id, found, err := f.Find(t.Context(), providertest.URN(secretVersionType, "v"))
	require.NoError(t, err)
	require.True(t, found)
	assert.Equal(t, m.ID, id)
	_, found, err = f.Find(t.Context(), providertest.URN(secretVersionType, "v"), m.ID)
	require.NoError(t, err)
	assert.False(t, found, "the state has it already")
}

// Accounts of others, of Google and those that someone else manages need not be here.
func TestAccountsOfOthers(t *testing.T) {
	f := world(t)
	theirs := "theirs@local-project.iam.gserviceaccount.com"
	external := fixtureOf(t, f.Store, Options{External: func(email string) bool { return email == theirs }})
	in := object{"bucket": "data", "role": "roles/storage.objectViewer"}
	for _, account := range []string{
		"them@other-project.iam.gserviceaccount.com", "123-compute@developer.gserviceaccount.com",
		"service-123@gcp-sa-cloudscheduler.iam.gserviceaccount.com", theirs,
	} {
		external.Make(bucketMemberType, account, with(in, object{"member": "serviceAccount:" + account}))
	}
	_, err := f.TryMake(bucketMemberType, "x", with(in, object{"member": "serviceAccount:" + theirs}))
	providertest.AssertCode(t, "badRequest", err)
}

// A repository's images go with it.
func TestRepositoryImages(t *testing.T) {
	f := world(t)
	dir := f.Store.Layout().Images("local-project/images/raw-flights")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, f.Remove(providertest.Made{Type: repositoryType, ID: inProject + "/locations/europe-west2/repositories/images"}))
	assert.NoDirExists(t, dir)
}

func TestInvokes(t *testing.T) {
	f := newFixture(t)
	f.Make(projectType, "p", object{"projectId": "example-data", "name": "Example data", "folderId": "123"})
	got, err := f.Ask("gcp:organizations/getProject:getProject", object{"projectId": "example-data"})
	require.NoError(t, err)
	assert.Equal(t, "Example data", got.Properties["name"].StringValue())
	assert.Equal(t, number("example-data"), got.Properties["number"].StringValue())
	got, err = f.Ask("gcp:organizations/getProject:getProject", object{})
	require.NoError(t, err)
	assert.Equal(t, "local-project", got.Properties["projectId"].StringValue())
	got, err = f.Ask("gcp:organizations/getProject:getProject", object{"projectID": "x"})
	require.NoError(t, err)
	require.NotEmpty(t, got.Failures)
	assert.Contains(t, got.Failures[0].Reason, `did you mean "projectId"`)
	got, err = f.Ask("gcp:organizations/getProject:getProject", object{"projectId": "X"})
	require.NoError(t, err)
	assert.NotEmpty(t, got.Failures)
	got, err = f.Ask("gcp:organizations/getClientConfig:getClientConfig", object{})
	require.NoError(t, err)
	assert.Equal(t, "local-project", got.Properties["project"].StringValue())
	assert.Equal(t, "europe-west2", got.Properties["region"].StringValue())
	got, err = f.Ask("gcp:organizations/getClientOpenIdUserInfo:getClientOpenIdUserInfo", object{})
	require.NoError(t, err)
	assert.Contains(t, got.Properties["email"].StringValue(), "@")
	_, err = f.Ask("gcp:storage/getBucket:getBucket", object{})
	assert.ErrorContains(t, err, "does not answer gcp:storage/getBucket:getBucket")
	assert.ErrorContains(t, err, "gcp:organizations/getProject:getProject")
}
