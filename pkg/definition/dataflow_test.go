package definition

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const completeDataflow = `# Everything that a pipeline.yaml of kind dataflow can say.
kind: dataflow
description: Flights
parameters: {input: "gs://${buckets.raw}/flights/*.csv", day: "2015-12-31"}
machine_type: n2-standard-4
workers: 2
max_workers: 20
network_tags: [internal]
streaming: true
update: replace
worker_image: separate
polling_seconds: 30
cancel_with_execution: true
schedule: {name: nightly, cron: "0 3 * * *", timezone: Europe/London, enabled: false, retries: 3, attempt_deadline: 320, parameters: {day: "x"}}
`

func TestParseDataflow(t *testing.T) {
	p, source, problems := Parse("pipeline.yaml", []byte(completeDataflow))
	require.Empty(t, problems)
	assert.Equal(t, &Pipeline{
		Kind: KindDataflow, Description: "Flights", Functions: []Function{},
		Parameters:  map[string]any{"input": "gs://${buckets.raw}/flights/*.csv", "day": "2015-12-31"},
		MachineType: "n2-standard-4", Workers: 2, MaxWorkers: 20, NetworkTags: []string{"internal"},
		Streaming: true, Update: UpdateReplace, WorkerImage: WorkerImageSeparate, PollingSeconds: 30, CancelWithExecution: true,
		Schedule: &Schedule{Name: "nightly", Cron: "0 3 * * *", Timezone: "Europe/London", Retries: 3, AttemptDeadline: 320,
			Parameters: map[string]any{"day": "x"}},
	}, p)
	assert.Equal(t, "pipeline.yaml:14:33: x", source.Problem("schedule.cron", "x", "", "").Error())
}

// The kind that the folder has decides where the file names none.
func TestStandardKind(t *testing.T) {
	p, _, problems := ParseAs("p", []byte("workers: 20\nschedule: {cron: '0 3 * * *'}"), KindDataflow)
	require.Empty(t, problems)
	assert.Equal(t, KindDataflow, p.Kind)
	assert.Equal(t, &Pipeline{Kind: KindDataflow, Functions: []Function{}, MachineType: "e2-standard-2", Workers: 20, MaxWorkers: 20,
		Update: UpdateDrain, WorkerImage: WorkerImageSame, PollingSeconds: 180,
		Schedule: &Schedule{Cron: "0 3 * * *", Timezone: "Etc/UTC", Enabled: true, AttemptDeadline: 180}}, p)

	p, _, problems = ParseAs("p", nil, KindWorkflow)
	require.Empty(t, problems)
	assert.Equal(t, &Pipeline{Kind: KindWorkflow, Functions: []Function{}}, p)

	p, _, problems = ParseAs("p", []byte("kind: functions\nfunctions: [{name: a}]"), KindDataflow)
	require.Empty(t, problems)
	assert.Equal(t, KindFunctions, p.Kind)

	p, _, problems = ParseAs("p", []byte("parameters: {a: 1, b: [2.5, true, null], c: {d: 2026-01-31, e: 20260131000000}}"), KindWorkflow)
	require.Empty(t, problems)
	assert.Equal(t, map[string]any{"a": int64(1), "b": []any{2.5, true, nil}, "c": map[string]any{"d": "2026-01-31", "e": int64(20260131000000)}}, p.Parameters)
}

func TestFill(t *testing.T) {
	value := func(name string) (string, error) {
		if name == "bad" {
			return "", errors.New("bad")
		}
		return "<" + name + ">", nil
	}
	for text, want := range map[string]string{
		"":                          "",
		"gs://${buckets.raw}/a*":    "gs://<buckets.raw>/a*",
		"${a}${b}":                  "<a><b>",
		"$${a} $a $$ $${ $$${b} {}": "${a} $a $$ ${ $${b} {}",
		"größe ${a}":                "größe <a>",
	} {
		got, err := Fill(text, value)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := Fill("${a", value)
	assert.EqualError(t, err, "${ has no }")

	given := map[string]any{"a": []any{"${x}", int64(1)}, "b": map[string]any{"c": "${y}"}, "d": nil}
	filled, err := FillAll(given, value)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"a": []any{"<x>", int64(1)}, "b": map[string]any{"c": "<y>"}, "d": nil}, filled)
	assert.Equal(t, "${y}", given["b"].(map[string]any)["c"], "what was given is as it was")
	_, err = FillAll(map[string]any{"a": []any{map[string]any{"b": "${bad}"}}}, value)
	assert.EqualError(t, err, "bad")
}
