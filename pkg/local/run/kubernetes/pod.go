package kubernetes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// The phases of a pod that a process can be in
// (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/).
const (
	pending   = "Pending"
	running   = "Running"
	succeeded = "Succeeded"
	failed    = "Failed"
)

// pod is one pod. Its document is as the client sent it, its status what has become of it.
type pod struct {
	namespace, name string
	container       Container
	cancel          context.CancelFunc
	lines           *lines

	mu       sync.Mutex
	document map[string]any
	phase    string
	// waiting and message say why a pending pod does not start, exit how it ended.
	waiting, message string
	exit             int
	started, ended   time.Time
}

// newPod reads a pod that is to be created. The parts that dorc's local pods do not have are refused, so that nothing
// is silently left out.
func newPod(namespace string, document map[string]any) (*pod, error) {
	// A second reading by encoding/json: the client's document has no types.
	data, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	var sent struct {
		Metadata struct {
			Name         string `json:"name"`
			GenerateName string `json:"generateName"`
		} `json:"metadata"`
		Spec struct {
			InitContainers []any `json:"initContainers"`
			Containers     []struct {
				Name       string   `json:"name"`
				Image      string   `json:"image"`
				Command    []string `json:"command"`
				Args       []string `json:"args"`
				WorkingDir string   `json:"workingDir"`
				Env        []struct {
					Name      string         `json:"name"`
					Value     string         `json:"value"`
					ValueFrom map[string]any `json:"valueFrom"`
				} `json:"env"`
				EnvFrom []any `json:"envFrom"`
			} `json:"containers"`
		} `json:"spec"`
	}
	if err := json.Unmarshal(data, &sent); err != nil {
		return nil, fmt.Errorf("the pod cannot be read: %w", err)
	}
	name := sent.Metadata.Name
	if name == "" && sent.Metadata.GenerateName != "" {
		name = sent.Metadata.GenerateName + uuid.NewString()[:5]
	}
	switch {
	case name == "":
		return nil, errors.New("metadata.name: Required value: name or generateName is required")
	case len(sent.Spec.Containers) != 1 || len(sent.Spec.InitContainers) > 0:
		return nil, errors.New("spec.containers: dorc's local pods have exactly one container, and no init containers")
	}
	c := sent.Spec.Containers[0]
	p := &pod{
		namespace: namespace, name: name, document: document, phase: pending, lines: newLines(),
		container: Container{Pod: name, Image: c.Image, Command: c.Command, Args: c.Args, WorkingDir: c.WorkingDir, Environment: map[string]string{}},
	}
	if len(c.EnvFrom) > 0 {
		return nil, errors.New("spec.containers[0].envFrom: dorc's local pods have no config maps and no secrets")
	}
	for i, v := range c.Env {
		if v.ValueFrom != nil {
			return nil, fmt.Errorf("spec.containers[0].env[%d].valueFrom: dorc's local pods have variables with values only, and %s has none", i, v.Name)
		}
		p.container.Environment[v.Name] = v.Value
	}
	metadata, _ := document["metadata"].(map[string]any)
	if metadata == nil {
		metadata = map[string]any{}
		document["metadata"] = metadata
	}
	maps.Copy(metadata, map[string]any{
		"name": name, "namespace": namespace, "uid": uuid.NewString(), "resourceVersion": "1",
		"creationTimestamp": stamp(time.Now()),
	})
	document["apiVersion"], document["kind"] = "v1", "Pod"
	return p, nil
}

// stamp is a time as the API writes it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// labels are the pod's labels.
func (p *pod) labels() map[string]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	metadata, _ := p.document["metadata"].(map[string]any)
	all, _ := metadata["labels"].(map[string]any)
	out := map[string]string{}
	for name, value := range all {
		out[name] = fmt.Sprint(value)
	}
	return out
}

// merge applies a merge patch to the pod's metadata (RFC 7386). Who it is stays.
func (p *pod) merge(change map[string]any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	metadata, _ := p.document["metadata"].(map[string]any)
	for _, fixed := range []string{"name", "namespace", "uid", "resourceVersion", "creationTimestamp"} {
		delete(change, fixed)
	}
	mergeInto(metadata, change)
}

func mergeInto(document, change map[string]any) {
	for key, value := range change {
		inner, isMap := value.(map[string]any)
		old, wasMap := document[key].(map[string]any)
		switch {
		case value == nil:
			delete(document, key)
		case isMap && wasMap:
			mergeInto(old, inner)
		default:
			document[key] = value
		}
	}
}

// show is the pod's document with its status.
func (p *pod) show() json.RawMessage {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.document["status"] = p.status()
	// What came as JSON, and a status of texts and numbers, encodes.
	data, _ := json.Marshal(p.document)
	return data
}

// status is that of the API
// (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodStatus).
func (p *pod) status() map[string]any {
	state := map[string]any{"waiting": map[string]any{"reason": "ContainerCreating"}}
	condition := func(kind string, truth bool) map[string]any {
		return map[string]any{"type": kind, "status": map[bool]string{true: "True", false: "False"}[truth]}
	}
	switch {
	case p.waiting != "":
		state = map[string]any{"waiting": map[string]any{"reason": p.waiting, "message": p.message}}
	case p.phase == running:
		state = map[string]any{"running": map[string]any{"startedAt": stamp(p.started)}}
	case p.phase != pending:
		reason := map[bool]string{true: "Completed", false: "Error"}[p.exit == 0]
		state = map[string]any{"terminated": map[string]any{
			"exitCode": p.exit, "reason": reason, "message": p.message, "startedAt": stamp(p.started), "finishedAt": stamp(p.ended),
		}}
	}
	out := map[string]any{
		"phase": p.phase,
		"conditions": []any{
			condition("PodScheduled", true), condition("Initialized", true),
			condition("ContainersReady", p.phase == running), condition("Ready", p.phase == running),
		},
		"containerStatuses": []any{map[string]any{
			"name": p.containerName(), "image": p.container.Image, "imageID": p.container.Image, "ready": p.phase == running,
			"restartCount": 0, "started": p.phase == running, "state": state, "lastState": map[string]any{},
		}},
	}
	if !p.started.IsZero() {
		out["startTime"] = stamp(p.started)
	}
	return out
}

func (p *pod) containerName() string {
	spec, _ := p.document["spec"].(map[string]any)
	containers, _ := spec["containers"].([]any)
	if len(containers) == 0 {
		return ""
	}
	first, _ := containers[0].(map[string]any)
	name, _ := first["name"].(string)
	return name
}

// all are the pods of a namespace, by name.
func (s *Server) all(namespace string) (out []*pod) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.pods {
		if p.namespace == namespace {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b *pod) int { return strings.Compare(a.name, b.name) })
	return out
}
