package dockerfile

import (
	"maps"
	"slices"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// codePath is the build argument that says where a function is: dorc's only one.
const codePath = "CODE_PATH"

// platform are the arguments that BuildKit sets itself for linux/amd64
// (https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope).
// Those of the machine that builds are left out: they differ.
var platform = map[string]string{
	"TARGETPLATFORM": "linux/amd64", "TARGETOS": "linux", "TARGETARCH": "amd64", "TARGETVARIANT": "",
}

// scope has the variables at one place of a Dockerfile.
type scope struct {
	lex    *shell.Lex
	values map[string]string
	// unset are arguments that are declared and have no value.
	unset map[string]bool
	// given are the values that the builder passes; global those before the first FROM.
	given  map[string]string
	global map[string]string
}

// newScope has the arguments that stand before the first FROM.
func newScope(p *parsed, given map[string]string) (*scope, error) {
	s := &scope{
		lex: shell.NewLex(p.escape), values: maps.Clone(platform), unset: map[string]bool{},
		given: given, global: platform,
	}
	for _, args := range p.args {
		if err := s.declare(args.Args); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// stage is the scope at the beginning of a stage: a global argument is in sight
// there only after an ARG of its name.
func (s *scope) stage() *scope {
	return &scope{lex: s.lex, values: map[string]string{}, unset: map[string]bool{}, given: s.given, global: s.values}
}

func (s *scope) clone() *scope {
	c := *s
	c.values, c.unset = maps.Clone(s.values), maps.Clone(s.unset)
	return &c
}

// Get is shell.EnvGetter's.
func (s *scope) Get(name string) (string, bool) {
	v, ok := s.values[name]
	return v, ok
}

// Keys is shell.EnvGetter's.
func (s *scope) Keys() []string { return slices.Sorted(maps.Keys(s.values)) }

func (s *scope) set(name, value string) {
	s.values[name] = value
	delete(s.unset, name)
}

// expand replaces variables and removes quotes. Unknown are the variables that
// neither the Dockerfile nor the builder sets: the base image may.
func (s *scope) expand(word string) (result string, unknown []string, err error) {
	r, err := s.lex.ProcessWordWithMatches(word, s)
	for name := range r.Unmatched {
		if !s.unset[name] {
			unknown = append(unknown, name)
		}
	}
	return r.Result, unknown, err
}

// declare is ARG.
func (s *scope) declare(args []instructions.KeyValuePairOptional) error {
	for _, arg := range args {
		if v, ok := s.given[arg.Key]; ok {
			s.set(arg.Key, v)
			continue
		}
		if arg.Value != nil {
			v, _, err := s.expand(*arg.Value)
			if err != nil {
				return err
			}
			s.set(arg.Key, v)
			continue
		}
		if v, ok := s.global[arg.Key]; ok {
			s.set(arg.Key, v)
		} else if _, known := s.values[arg.Key]; !known {
			s.unset[arg.Key] = true
		}
	}
	return nil
}

// environment is ENV: each value sees the variables before the instruction.
func (s *scope) environment(pairs instructions.KeyValuePairs) error {
	before := s.clone()
	for _, kv := range pairs {
		name, _, err := before.expand(kv.Key)
		if err != nil {
			return err
		}
		value, _, err := before.expand(kv.Value)
		if err != nil {
			return err
		}
		s.set(name, value)
	}
	return nil
}
