package cloudproof

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	pulumiengine "github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/engine"
)

// step is one resource of a plan or of an apply.
type step struct {
	op, typ, name, parent string
	inputs                resource.PropertyMap
	// changed are the properties that differ.
	changed []string
}

// steps is a display that keeps what it is shown.
type steps struct {
	mutex sync.Mutex
	all   []step
	// outputs are those of the stack.
	outputs resource.PropertyMap
	said    []string
	changes bool
}

// Show implements engine.Display.
func (s *steps) Show(_ engine.Operation, events <-chan pulumiengine.Event) {
	for e := range events {
		s.mutex.Lock()
		s.keep(e)
		s.mutex.Unlock()
	}
}

func (s *steps) keep(e pulumiengine.Event) {
	switch p := e.Payload().(type) {
	case pulumiengine.ResourcePreEventPayload:
		s.all = append(s.all, newStep(p.Metadata))
	case pulumiengine.ResourceOutputsEventPayload:
		if p.Metadata.Type == resource.RootStackType && p.Metadata.New != nil {
			s.outputs = p.Metadata.New.Outputs
		}
	case pulumiengine.DiagEventPayload:
		if p.Severity != "debug" {
			s.said = append(s.said, string(p.Severity)+": "+p.Message)
		}
	}
}

func newStep(m pulumiengine.StepEventMetadata) step {
	s := step{op: string(m.Op), typ: string(m.Type), name: m.URN.Name()}
	if m.New != nil {
		s.inputs = m.New.Inputs
		if m.New.Parent != "" {
			s.parent = m.New.Parent.Name()
		}
	}
	for path, d := range m.DetailedDiff {
		s.changed = append(s.changed, fmt.Sprintf("%s (%s)", path, d.Kind))
	}
	slices.Sort(s.changed)
	return s
}

// sorted are the steps by type and name: the engine takes many at a time.
func (s *steps) sorted() []step {
	return slices.SortedStableFunc(slices.Values(s.all), func(a, b step) int {
		return strings.Compare(a.typ+"\x00"+a.name, b.typ+"\x00"+b.name)
	})
}

// of are the steps of one kind, such as "create".
func (s *steps) of(op string) []step {
	return slices.DeleteFunc(s.sorted(), func(x step) bool { return x.op != op })
}

func (s *steps) messages() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return strings.Join(s.said, "\n")
}
