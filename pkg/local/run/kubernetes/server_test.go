package kubernetes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/run/process"
)

// cluster runs a pod's arguments as a shell's text.
func cluster(t *testing.T) *Server {
	t.Helper()
	s, err := Start(t.Context(), Options{Prepare: func(_ context.Context, c Container, _ func(string)) (*process.Program, error) {
		if c.Image == "none" {
			return nil, errors.New("its image is not applied")
		}
		return &process.Program{Argv: append([]string{"/bin/sh", "-c"}, c.Args...), Dir: t.TempDir(), Environment: []string{"PATH=/usr/bin:/bin", "WHO=" + c.Environment["WHO"]}}, nil
	}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func call(t *testing.T, s *Server, method, path, document string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, bytes.NewBufferString(document))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/strategic-merge-patch+json")
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	data, err := io.ReadAll(answer.Body)
	require.NoError(t, errors.Join(err, answer.Body.Close()))
	var out map[string]any
	if json.Unmarshal(data, &out) != nil {
		out = map[string]any{"text": string(data)}
	}
	return answer.StatusCode, out
}

const pods = "/api/v1/namespaces/work/pods"

func manifest(name, image, script string) string {
	data, _ := json.Marshal(map[string]any{
		"metadata": map[string]any{"name": name, "labels": map[string]any{"dag_id": "d", "task_id": name}},
		"spec": map[string]any{"containers": []any{map[string]any{
			"name": "base", "image": image, "args": []string{script}, "env": []any{map[string]any{"name": "WHO", "value": "me"}},
		}}},
	})
	return string(data)
}

// state waits for a phase, or a reason to wait for ever, and returns the status.
func state(t *testing.T, s *Server, name string) (phase string, status map[string]any) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, pod := call(t, s, http.MethodGet, pods+"/"+name, "")
		status, _ = pod["status"].(map[string]any)
		phase, _ = status["phase"].(string)
		return phase == succeeded || phase == failed || bytes.Contains(mustJSON(t, status), []byte("ErrImagePull"))
	}, 20*time.Second, 5*time.Millisecond)
	return phase, status
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return data
}

func TestLife(t *testing.T) {
	s := cluster(t)
	code, pod := call(t, s, http.MethodPost, pods, manifest("one", "i", "echo hello $WHO; exit 3"))
	require.Equal(t, http.StatusCreated, code, pod)
	code, refused := call(t, s, http.MethodPost, pods, manifest("one", "i", "true"))
	assert.Equal(t, http.StatusConflict, code)
	assert.Equal(t, `pods "one" already exists`, refused["message"])

	phase, status := state(t, s, "one")
	assert.Equal(t, failed, phase)
	assert.Contains(t, string(mustJSON(t, status)), `"exitCode":3`)
	_, log := call(t, s, http.MethodGet, pods+"/one/log?follow=True", "")
	assert.Equal(t, "hello me\n", log["text"])
	_, log = call(t, s, http.MethodGet, pods+"/one/log?timestamps=True&container=base", "")
	assert.Regexp(t, `^\d{4}-\d\d-\d\dT\S+Z hello me\n$`, log["text"])

	code, _ = call(t, s, http.MethodPatch, pods+"/one", `{"metadata": {"name": "other", "labels": {"already_checked": "True", "task_id": null}}}`)
	require.Equal(t, http.StatusOK, code)
	for selector, count := range map[string]int{
		"dag_id=d": 1, "already_checked!=True": 0, "task_id": 0, "!task_id,dag_id in (c, d)": 1, "dag_id notin (d)": 0, "airflow_kpo_in_cluster!=True": 1,
	} {
		_, list := call(t, s, http.MethodGet, pods+"?labelSelector="+url.QueryEscape(selector), "")
		assert.Len(t, list["items"], count, selector)
	}
	code, _ = call(t, s, http.MethodDelete, pods+"/one", "")
	assert.Equal(t, http.StatusOK, code)
	code, gone := call(t, s, http.MethodGet, pods+"/one", "")
	assert.Equal(t, http.StatusNotFound, code)
	assert.Equal(t, "Failure", gone["status"])
}

func TestEnds(t *testing.T) {
	s := cluster(t)
	for name, script := range map[string]string{"well": "echo done", "slow": "echo begun; sleep 600"} {
		code, pod := call(t, s, http.MethodPost, pods, manifest(name, "i", script))
		require.Equal(t, http.StatusCreated, code, pod)
	}
	phase, _ := state(t, s, "well")
	assert.Equal(t, succeeded, phase)
	// Deleting a pod ends its process, and who follows its log.
	followed := make(chan map[string]any)
	go func() {
		_, log := call(t, s, http.MethodGet, pods+"/slow/log?follow=true", "")
		followed <- log
	}()
	code, _ := call(t, s, http.MethodDelete, pods+"/slow", "")
	assert.Equal(t, http.StatusOK, code)
	<-followed
}

func TestImageMissing(t *testing.T) {
	s := cluster(t)
	code, _ := call(t, s, http.MethodPost, pods, manifest("one", "none", "true"))
	require.Equal(t, http.StatusCreated, code)
	phase, status := state(t, s, "one")
	assert.Equal(t, pending, phase)
	assert.Contains(t, string(mustJSON(t, status)), "its image is not applied")
}

func TestRefused(t *testing.T) {
	s := cluster(t)
	for document, message := range map[string]string{
		`{}`: "name or generateName is required",
		`{"metadata": {"name": "a"}, "spec": {"containers": []}}`:                                                                       "exactly one container",
		`{"metadata": {"name": "a"}, "spec": {"containers": [{"env": [{"name": "S", "valueFrom": {"secretKeyRef": {"name": "s"}}}]}]}}`: "S has none",
		`{"metadata": {"name": "a"}, "spec": {"containers": [{"envFrom": [{"secretRef": {"name": "s"}}]}]}}`:                            "no config maps and no secrets",
		`{"metadata": {"name": "a"}, "spec": {"containers": "x"}}`:                                                                      "cannot be read",
		`[]`:     "no document",
		`{"meta`: "no document",
	} {
		code, answer := call(t, s, http.MethodPost, pods, document)
		assert.GreaterOrEqual(t, code, 400, document)
		assert.Contains(t, answer["message"], message, document)
	}
	code, answer := call(t, s, http.MethodGet, "/apis/batch/v1/jobs", "")
	assert.Equal(t, http.StatusNotFound, code)
	assert.Contains(t, answer["message"], "/apis/batch/v1/jobs")
	code, _ = call(t, s, http.MethodGet, pods+"?labelSelector=a+>+1", "")
	assert.Equal(t, http.StatusBadRequest, code)
}
