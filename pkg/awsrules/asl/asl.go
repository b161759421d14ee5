// Package asl checks the structure of a state machine definition in Amazon States
// Language: what Step Functions refuses when it creates a state machine. It does
// not run definitions, and it does not look into paths and expressions.
package asl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Source is the page that states the rules of this package.
const Source = "https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"

// longestName is the longest name of a state, in characters.
const longestName = 80

// Check returns why Step Functions would refuse a definition, or nil. Every fault
// is named with its place.
func Check(definition string) error {
	var top struct {
		machine
		QueryLanguage string
	}
	d := json.NewDecoder(bytes.NewReader([]byte(definition)))
	if err := d.Decode(&top); err != nil {
		return fmt.Errorf("INVALID_JSON_DESCRIPTION: the definition is not valid JSON: %w", err)
	}
	if d.More() {
		return errors.New("INVALID_JSON_DESCRIPTION: there is more behind the JSON object")
	}
	c := &checker{}
	if l := top.QueryLanguage; l != "" && l != "JSONPath" && l != "JSONata" {
		c.fail("SCHEMA_VALIDATION_FAILED", "QueryLanguage is JSONPath or JSONata, got %q at /QueryLanguage", l)
	}
	c.machine(top.machine, "")
	return errors.Join(c.faults...)
}

// machine is the definition, a branch of a Parallel state, or the processor of a Map state.
type machine struct {
	StartAt *string
	States  map[string]state
}

// state has the fields that decide the structure.
type state struct {
	Type           string
	Next           *string
	End            *bool
	Default        *string
	Choices        []struct{ Next *string }
	Catch          []catcher
	Retry          []retrier
	Branches       []machine
	ItemProcessor  *machine
	Iterator       *machine
	Resource       *string
	Seconds        json.RawMessage
	SecondsPath    json.RawMessage
	Timestamp      json.RawMessage
	TimestampPath  json.RawMessage
	TimeoutSeconds *float64
}

type catcher struct {
	ErrorEquals []string
	Next        *string
}

type retrier struct {
	ErrorEquals     []string
	MaxAttempts     *float64
	BackoffRate     *float64
	IntervalSeconds *float64
}

// types are the states of the language.
var types = []string{"Choice", "Fail", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait"}

type checker struct{ faults []error }

func (c *checker) fail(code, format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf(code+": "+format, args...))
}

func (c *checker) machine(m machine, at string) {
	if len(m.States) == 0 {
		c.fail("SCHEMA_VALIDATION_FAILED", "the field 'States' is required and has at least one state at %s/", at)
		return
	}
	names := sortedNames(m.States)
	for _, name := range names {
		place := at + "/States/" + name
		if utf8.RuneCountInString(name) > longestName {
			c.fail("SCHEMA_VALIDATION_FAILED", "a state's name has at most %d characters at %s", longestName, place)
		}
		c.state(m.States[name], place)
		for _, target := range m.States[name].targets() {
			if _, ok := m.States[target]; !ok {
				c.fail("MISSING_TRANSITION_TARGET", "Missing 'Next' target: %s at %s", target, place)
			}
		}
	}
	if m.StartAt == nil {
		c.fail("SCHEMA_VALIDATION_FAILED", "the field 'StartAt' is required at %s/", at)
		return
	}
	if _, ok := m.States[*m.StartAt]; !ok {
		c.fail("MISSING_TRANSITION_TARGET", "Missing 'StartAt' target: %s at %s/StartAt", *m.StartAt, at)
		return
	}
	reached := m.reached()
	for _, name := range names {
		if !reached[name] {
			c.fail("UNREACHABLE_STATE", "no transition leads to the state %s at %s/States/%s", name, at, name)
		}
	}
}

func sortedNames(states map[string]state) []string {
	names := make([]string, 0, len(states))
	for n := range states {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// reached follows every transition from the start.
func (m machine) reached() map[string]bool {
	seen := map[string]bool{}
	open := []string{*m.StartAt}
	for len(open) > 0 {
		name := open[len(open)-1]
		open = open[:len(open)-1]
		if s, ok := m.States[name]; ok && !seen[name] {
			seen[name] = true
			open = append(open, s.targets()...)
		}
	}
	return seen
}

// targets are the states that one may go to.
func (s state) targets() []string {
	var out []string
	add := func(n *string) {
		if n != nil {
			out = append(out, *n)
		}
	}
	add(s.Next)
	add(s.Default)
	for _, c := range s.Choices {
		add(c.Next)
	}
	for _, c := range s.Catch {
		add(c.Next)
	}
	return out
}

// isType reports whether the type is one of the language, and says which there are.
func isType(t string) error {
	if slices.Contains(types, t) {
		return nil
	}
	return fmt.Errorf("the field 'Type' is one of %s, got %q", strings.Join(types, ", "), t)
}
