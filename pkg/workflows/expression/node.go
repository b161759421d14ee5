package expression

import "strings"

// Scope is what an expression is evaluated in.
type Scope interface {
	// Variable is the value of a variable.
	Variable(name string) (any, bool)
	// Call calls a function or subworkflow by its dotted name, with arguments by
	// position.
	Call(name string, arguments []any) (any, error)
	// Value is a function or constant of the standard library, or a subworkflow,
	// used as a value: http.default_retry.
	Value(path string) (any, bool)
}

// node is a part of an expression.
type node interface {
	eval(s Scope) (any, error)
	// visit calls f for the node and those below it.
	visit(f func(node))
}

type literal struct{ value any }

type variable struct {
	name, path string
	offset     int
}

type call struct {
	name      string
	arguments []node
	offset    int
}

type index struct{ of, at node }
type negate struct{ of node }
type not struct{ of node }

type binary struct {
	operator    string
	left, right node
}

type listNode struct{ items []node }
type mapNode struct{ keys, values []node }

func (n literal) visit(f func(node))   { f(n) }
func (n *variable) visit(f func(node)) { f(n) }
func (n *call) visit(f func(node))     { f(n); visitAll(n.arguments, f) }
func (n *index) visit(f func(node))    { f(n); n.of.visit(f); n.at.visit(f) }
func (n *negate) visit(f func(node))   { f(n); n.of.visit(f) }
func (n *not) visit(f func(node))      { f(n); n.of.visit(f) }
func (n *binary) visit(f func(node))   { f(n); n.left.visit(f); n.right.visit(f) }
func (n *listNode) visit(f func(node)) { f(n); visitAll(n.items, f) }
func (n *mapNode) visit(f func(node))  { f(n); visitAll(n.keys, f); visitAll(n.values, f) }

func visitAll(nodes []node, f func(node)) {
	for _, n := range nodes {
		n.visit(f)
	}
}

// Eval evaluates the expression. An error of the workflow is a *Fault.
func (e *Expression) Eval(s Scope) (any, error) { return e.root.eval(s) }

// References are the variables the expression uses, in order of writing.
func (e *Expression) References() []Reference { return references(e.root) }

func references(root node) []Reference {
	var found []Reference
	root.visit(func(n node) {
		if v, ok := n.(*variable); ok {
			found = append(found, Reference{v.name, v.path, v.offset})
		}
	})
	return found
}

// Calls are the functions the expression calls, in order of writing.
func (e *Expression) Calls() []Call { return calls(e.root) }

func calls(root node) []Call {
	var found []Call
	root.visit(func(n node) {
		if c, ok := n.(*call); ok {
			found = append(found, Call{c.name, len(c.arguments), c.offset})
		}
	})
	return found
}

// Constant is the value of an expression that is only a literal.
func (e *Expression) Constant() (any, bool) {
	l, ok := e.root.(literal)
	return l.value, ok
}

// Inner returns what is between "${" and "}" of a text that is an expression.
func Inner(text string) (string, bool) {
	inner, starts := strings.CutPrefix(text, "${")
	inner, ends := strings.CutSuffix(inner, "}")
	return inner, starts && ends
}
