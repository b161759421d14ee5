package pipelines

import (
	"bytes"
	"encoding/json"
)

// machine is a definition in the Amazon States Language. Source:
// https://states-language.net/spec.html
type machine struct {
	Comment string `json:",omitempty"`
	StartAt string
	States  states
}

// state is a Task or a Fail state, with the fields that dorc uses.
type state struct {
	Type           string
	Comment        string          `json:",omitempty"`
	Resource       string          `json:",omitempty"`
	Parameters     any             `json:",omitempty"`
	ResultPath     json.RawMessage `json:",omitempty"`
	OutputPath     string          `json:",omitempty"`
	TimeoutSeconds int             `json:",omitempty"`
	Retry          []retrier       `json:",omitempty"`
	Catch          []catcher       `json:",omitempty"`
	ErrorPath      string          `json:",omitempty"`
	CausePath      string          `json:",omitempty"`
	Next           string          `json:",omitempty"`
	End            bool            `json:",omitempty"`
}

type retrier struct {
	ErrorEquals     []string
	IntervalSeconds int
	MaxAttempts     int
	BackoffRate     float64
}

type catcher struct {
	ErrorEquals []string
	ResultPath  string
	Next        string
}

// states are written in the order in which they run, for who reads the
// definition; and so the same pipeline is always the same text.
type states []namedState

type namedState struct {
	name string
	state
}

// MarshalJSON implements json.Marshaler.
func (s states) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, n := range s {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := marshal(n.name)
		if err != nil {
			return nil, err
		}
		value, err := marshal(n.state)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// marshal is json.Marshal without escapes that only HTML needs.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}
