package state

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStacksListsWhatIsThere(t *testing.T) {
	s, dir := openTemp(t)
	list, err := s.Stacks(t.Context())
	require.NoError(t, err)
	assert.Empty(t, list)

	apply(t, s.Stack(testStack), 3)
	st := s.Stack(testStack)
	l := lock(t, st)
	require.NoError(t, st.SetTags(t.Context(), l, map[string]string{TagTarget: "local", "dorc:kind": "infra"}))
	require.NoError(t, os.WriteFile(filepath.Join(dir, stacksDir, "broken.json"), []byte("{"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, stacksDir, "notes.txt"), nil, 0o600))

	list, err = openAt(t, dir).Stacks(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 2)
	assert.Equal(t, "broken", list[0].Name)
	assert.NotEmpty(t, list[0].Damaged)
	got := list[1]
	assert.Equal(t, testStack, got.Name)
	assert.Equal(t, 3, got.Resources)
	assert.Equal(t, "local", got.Target)
	assert.Equal(t, "infra", got.Tags["dorc:kind"])
	assert.EqualValues(t, 1700000000, got.Updated.Unix())
	require.NotNil(t, got.Lock)
	assert.Equal(t, "ada", got.Lock.Owner)
	assert.False(t, got.Journal)

	j := begin(t, st, l)
	var e entries
	b, _ := e.create(thing("x", 1))
	add(t, j, b)
	list, err = openAt(t, dir).Stacks(t.Context())
	require.NoError(t, err)
	assert.True(t, list[1].Journal)
	unlock(t, l)
}

func TestTagsAreTheStockCLIsFile(t *testing.T) {
	s, dir := openTemp(t)
	st := s.Stack(testStack)
	tags, err := st.Tags(t.Context())
	require.NoError(t, err)
	assert.Empty(t, tags)
	l := lock(t, st)
	defer unlock(t, l)
	require.NoError(t, st.SetTags(t.Context(), l, map[string]string{TagTarget: "cloud"}))
	path := filepath.Join(dir, stacksDir, testStack+".pulumi-tags")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.JSONEq(t, `{"version":1,"tags":{"dorc:target":"cloud"}}`, string(data))
	require.NoError(t, os.WriteFile(path, []byte(`{"version":2}`), 0o600))
	_, err = st.Tags(t.Context())
	requireProblem(t, err)
	require.NoError(t, st.SetTags(t.Context(), l, nil))
	assert.NoFileExists(t, path)
}

func TestHistoryAndBackups(t *testing.T) {
	s, dir := openTemp(t)
	st := s.Stack(testStack)
	info := backend.UpdateInfo{Kind: "update", Message: "first", Result: backend.SucceededResult, StartTime: 10, EndTime: 15}
	require.Error(t, st.AddHistory(t.Context(), info), "without a lease")
	apply(t, st, 1)
	l := lock(t, st)
	require.NoError(t, st.AddHistory(t.Context(), info))
	info.Message = "second"
	require.NoError(t, st.AddHistory(t.Context(), info))
	unlock(t, l)

	all, err := st.History(t.Context(), Page{})
	require.NoError(t, err)
	require.Len(t, all, 2)
	assert.Equal(t, "second", all[0].Message)
	assert.EqualValues(t, 5, all[0].Duration().Seconds())
	page, err := st.History(t.Context(), Page{Size: 1, Number: 2})
	require.NoError(t, err)
	require.Len(t, page, 1)
	assert.Equal(t, "first", page[0].Message)
	page, err = st.History(t.Context(), Page{Size: 1, Number: 9})
	require.NoError(t, err)
	assert.Empty(t, page)

	state, err := os.ReadFile(filepath.Join(dir, stacksDir, testStack+".json"))
	require.NoError(t, err)
	checkpoint, err := os.ReadFile(all[0].Checkpoint)
	require.NoError(t, err)
	assert.Equal(t, state, checkpoint)
	backups, err := filepath.Glob(filepath.Join(dir, backupsDir, testStack, testStack+".*.json"))
	require.NoError(t, err)
	require.Len(t, backups, 2)
	backup, err := os.ReadFile(backups[1])
	require.NoError(t, err)
	assert.Equal(t, state, backup)
}

func TestExportAndImport(t *testing.T) {
	s, _ := openTemp(t)
	st := s.Stack(testStack)
	_, err := st.Export(t.Context(), ExportOptions{})
	requireProblem(t, err)
	apply(t, st, 2)
	d, err := st.Export(t.Context(), ExportOptions{})
	require.NoError(t, err)

	other, _ := openTemp(t)
	there := other.Stack(testStack)
	l := lock(t, there)
	defer unlock(t, l)
	var deployment apitype.DeploymentV3
	require.NoError(t, json.Unmarshal(d.Deployment, &deployment))
	deployment.PendingOperations = []apitype.OperationV2{{Resource: deployment.Resources[1], Type: apitype.OperationTypeCreating}}
	with, err := deployment.ToUntypedDeployment(d.Version, d.Features)
	require.NoError(t, err)
	dropped, err := there.Import(t.Context(), l, *with)
	require.NoError(t, err)
	assert.Equal(t, 1, dropped)
	c, err := there.Read(t.Context())
	require.NoError(t, err)
	assert.Len(t, c.Deployment.Resources, 3)
	assert.Empty(t, c.Deployment.PendingOperations)

	refused := map[string]apitype.UntypedDeployment{
		"newer":          {Version: 9, Deployment: d.Deployment},
		"features":       {Version: 4, Features: []string{"time-travel"}, Deployment: d.Deployment},
		"not JSON":       {Version: 3, Deployment: []byte(`[]`)},
		"another stack":  {Version: 3, Deployment: []byte(`{"manifest":{"magic":"x"},"resources":[{"urn":"urn:pulumi:other::Pipelines::a:b:C::n","type":"a:b:C"}]}`)},
		"broken parents": {Version: 3, Deployment: []byte(`{"resources":[{"urn":"urn:pulumi:infra-prod::Pipelines::a:b:C::n","type":"a:b:C","parent":"urn:pulumi:infra-prod::Pipelines::a:b:C::m"}]}`)},
	}
	for name, d := range refused {
		t.Run(name, func(t *testing.T) {
			_, err := there.Import(t.Context(), l, d)
			require.Error(t, err)
			now, err := there.Read(t.Context())
			require.NoError(t, err)
			assert.Equal(t, c.Serial, now.Serial)
		})
	}
}

func TestRemove(t *testing.T) {
	s, dir := openTemp(t)
	st := s.Stack(testStack)
	apply(t, st, 2)
	l := lock(t, st)
	require.NoError(t, st.AddHistory(t.Context(), backend.UpdateInfo{Kind: "update"}))
	require.NoError(t, st.SetTags(t.Context(), l, map[string]string{"a": "b"}))
	err := st.Remove(t.Context(), l, false)
	requireProblem(t, err)
	require.ErrorContains(t, err, "2 resources")
	require.NoError(t, st.Remove(t.Context(), l, true))
	unlock(t, l)
	exists, err := st.Exists(t.Context())
	require.NoError(t, err)
	assert.False(t, exists)
	assert.FileExists(t, filepath.Join(dir, stacksDir, testStack+".json.bak"))
	assert.NoFileExists(t, filepath.Join(dir, stacksDir, testStack+".pulumi-tags"))
	history, err := st.History(t.Context(), Page{})
	require.NoError(t, err)
	assert.Empty(t, history)
	backups, err := os.ReadDir(filepath.Join(dir, backupsDir, testStack))
	require.NoError(t, err)
	assert.Len(t, backups, 1)
}

func TestURLs(t *testing.T) {
	home, err := os.UserHomeDir()
	require.NoError(t, err)
	wd, err := os.Getwd()
	require.NoError(t, err)
	for raw, want := range map[string]string{
		"file://~":                    home,
		"file://~/state":              filepath.Join(home, "state"),
		"file://.dorc/state":          filepath.Join(wd, ".dorc/state"),
		"file:///a/b?no_tmp_dir=true": "/a/b",
		"file:///a%20b":               "/a b",
	} {
		got, err := filePath(raw)
		require.NoError(t, err)
		assert.Equal(t, want, got, raw)
	}
	for _, raw := range []string{"file://", "ftp://x", "::", "state"} {
		_, err := Open(t.Context(), raw)
		requireProblem(t, err)
	}
}
