package asl

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// maxNameLength is the limit of a state's name, in characters.
const maxNameLength = 80

// Parse reads and checks a whole definition, with the machines inside it. Every problem is reported
// at once as a problem.List; name is the state machine's, for the messages.
func Parse(name string, definition []byte) (*Machine, error) {
	p := &parser{machine: name}
	v, err := Decode(definition)
	if err != nil {
		return nil, problem.Problem{Resource: p.place(""), Summary: "the definition is not JSON", Detail: err.Error()}
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, problem.Problem{Resource: p.place(""), Summary: "the definition is not a JSON object"}
	}
	m := p.parseMachine("", object, []string{"Comment", "StartAt", "States", "TimeoutSeconds", "Version", "QueryLanguage"})
	if err := p.problems.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// parser collects problems.
type parser struct {
	machine  string
	problems problem.List
	// names has every state seen: names are unique in the whole definition.
	names map[string]bool
}

func (p *parser) place(state string) string {
	if state == "" {
		return "state machine " + p.machine
	}
	return fmt.Sprintf("state machine %s, state %q", p.machine, state)
}

func (p *parser) bad(state, format string, args ...any) {
	p.problems = append(p.problems, problem.Problem{Resource: p.place(state), Summary: fmt.Sprintf(format, args...)})
}

// refuse reports what is valid on AWS and cannot be executed here.
func (p *parser) refuse(state, what string) {
	p.problems = append(p.problems, problem.Problem{Resource: p.place(state), Summary: what + " cannot be executed by the local runtime",
		Hint: "run this pipeline on the cloud target, or leave it out of the definition"})
}

// fields reports members that are not allowed, and JSONata's and variables' by name.
func (p *parser) fields(state string, object map[string]any, allowed []string) {
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if slices.Contains(allowed, key) {
			continue
		}
		switch key {
		case "Assign":
			p.refuse(state, "variables (Assign)")
		case "Arguments", "Output", "Condition", "Items":
			p.refuse(state, "JSONata ("+key+")")
		case "Credentials":
			p.refuse(state, "Credentials (a task in another account)")
		case "HeartbeatSeconds", "HeartbeatSecondsPath":
			p.refuse(state, key)
		case "ItemReader", "ItemBatcher", "ResultWriter", "ToleratedFailureCount", "ToleratedFailurePercentage",
			"ToleratedFailureCountPath", "ToleratedFailurePercentagePath", "Label":
			p.refuse(state, "Map in DISTRIBUTED mode ("+key+")")
		default:
			hint := ""
			if near := problem.Nearest(key, allowed); near != "" {
				hint = "did you mean " + near + "?"
			}
			p.problems = append(p.problems, problem.Problem{Resource: p.place(state), Summary: fmt.Sprintf("the field %q does not exist here", key), Hint: hint})
		}
	}
	if language, ok := object["QueryLanguage"]; ok && language != "JSONPath" {
		p.refuse(state, fmt.Sprintf("the query language %v", language))
	}
}

// parseMachine reads a machine; inside names the state that holds it.
func (p *parser) parseMachine(inside string, object map[string]any, allowed []string) *Machine {
	p.fields(inside, object, allowed)
	m := &Machine{States: map[string]*State{}}
	m.Comment, _ = object["Comment"].(string)
	if v, ok := object["Version"]; ok && v != "1.0" {
		p.bad(inside, "Version %v is not 1.0", v)
	}
	m.TimeoutSeconds = p.seconds(inside, object, "TimeoutSeconds")
	states, ok := object["States"].(map[string]any)
	if !ok || len(states) == 0 {
		p.bad(inside, "States must be an object with at least one state")
		return m
	}
	for _, name := range slices.Sorted(maps.Keys(states)) {
		body, ok := states[name].(map[string]any)
		if !ok {
			p.bad(name, "a state must be an object")
			continue
		}
		p.unique(name)
		m.States[name] = p.parseState(name, body)
	}
	m.StartAt, _ = object["StartAt"].(string)
	if m.States[m.StartAt] == nil {
		p.missing(inside, "StartAt", m.StartAt, m)
	}
	p.transitions(m)
	return m
}

func (p *parser) unique(name string) {
	if p.names == nil {
		p.names = map[string]bool{}
	}
	if p.names[name] {
		p.bad(name, "two states have this name")
	}
	if len([]rune(name)) > maxNameLength {
		p.bad(name, "the name is longer than %d characters", maxNameLength)
	}
	p.names[name] = true
}

func (p *parser) missing(state, field, target string, m *Machine) {
	pr := problem.Problem{Resource: p.place(state), Summary: fmt.Sprintf("%s names the state %q, which does not exist", field, target)}
	if near := problem.Nearest(target, slices.Sorted(maps.Keys(m.States))); near != "" {
		pr.Hint = "did you mean " + near + "?"
	}
	p.problems = append(p.problems, pr)
}

// transitions checks that every named state exists and that every state can be reached.
func (p *parser) transitions(m *Machine) {
	reached := map[string]bool{m.StartAt: true}
	for _, name := range slices.Sorted(maps.Keys(m.States)) {
		s := m.States[name]
		check := func(field, target string) {
			if m.States[target] == nil {
				p.missing(name, field, target, m)
			}
			reached[target] = true
		}
		if s.Next != "" {
			check("Next", s.Next)
		}
		for _, c := range s.catch {
			check("Catch", c.next)
		}
		for _, c := range s.choices {
			check("Choices", c.next)
		}
		if s.defaultChoice != "" {
			check("Default", s.defaultChoice)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.States)) {
		if !reached[name] {
			p.bad(name, "no state leads here")
		}
	}
}

// seconds reads a whole number of seconds above 0; 0 when the field is not there.
func (p *parser) seconds(state string, object map[string]any, field string) int {
	v, ok := object[field]
	if !ok {
		return 0
	}
	return p.whole(state, field, v, 1, 99999999)
}

func (p *parser) whole(state, field string, v any, low, high int64) int {
	n, ok := v.(json.Number)
	if ok && !strings.ContainsAny(n.String(), ".eE") {
		if i, err := n.Int64(); err == nil && i >= low && i <= high {
			return int(i)
		}
	}
	p.bad(state, "%s must be a whole number from %d to %d, not %s", field, low, high, brief(v))
	return 0
}
