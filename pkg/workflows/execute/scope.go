package execute

import (
	"slices"
	"sync"
)

// scope holds variables. A loop's round and a branch have scopes of their own, in
// which variables that are new there are kept; an except has one for its error.
type scope struct {
	parent *scope
	mu     sync.Mutex
	cells  map[string]*cell
	// branch scopes let only shared variables around them be assigned to.
	branch bool
	shared []string
	// through scopes keep no variables that are new in them.
	through bool
}

// cell holds one variable.
type cell struct {
	mu    sync.Mutex
	value any
	// assign is held from reading to writing, so that x: ${x + 1} loses nothing.
	assign sync.Mutex
}

func newScope(parent *scope) *scope { return &scope{parent: parent, cells: map[string]*cell{}} }

func (c *cell) get() any {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.value
}

func (c *cell) set(v any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.value = v
}

func (s *scope) own(name string) *cell {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cells[name]
}

// define makes a variable in this scope.
func (s *scope) define(name string, v any) {
	if name == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cells[name] = &cell{value: v}
}

// make makes a variable that a step assigns to for the first time.
func (s *scope) make(name string, v any) {
	for s.through {
		s = s.parent
	}
	s.define(name, v)
}

// find is the variable's cell, or nil; writable is false when it is around a
// branch that does not share it.
func (s *scope) find(name string) (c *cell, writable bool) {
	writable = true
	for ; s != nil; s = s.parent {
		if c := s.own(name); c != nil {
			return c, writable
		}
		if s.branch {
			writable = writable && slices.Contains(s.shared, name)
		}
	}
	return nil, true
}
