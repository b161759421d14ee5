package expression

import "fmt"

// constants are the literals that are words.
var constants = map[string]any{
	"true": true, "True": true, "TRUE": true, "false": false, "False": false, "FALSE": false,
	"null": nil, "Null": nil, "NULL": nil,
}

func (p *parser) postfix() (node, error) {
	of, err := p.primary()
	for err == nil {
		switch t := p.peek(); {
		case t.kind == symbol && t.text == ".":
			p.next()
			member := p.next()
			if member.kind != name {
				return nil, &SyntaxError{member.offset, fmt.Sprintf("a name is expected after the dot, %s is found", member), `Other keys are written ["like this"].`}
			}
			of = &index{of, literal{member.text}}
		case t.kind == symbol && t.text == "[":
			p.next()
			var at node
			if at, err = p.expression(0); err == nil {
				err = p.expect("]")
			}
			of = &index{of, at}
		case t.kind == symbol && t.text == "(":
			return nil, &SyntaxError{t.offset, "only a function can be called", ""}
		default:
			return of, nil
		}
	}
	return nil, err
}

func (p *parser) primary() (node, error) {
	t := p.next()
	switch {
	case t.kind == number:
		return numberNode(t)
	case t.kind == text:
		return literal{t.text}, nil
	case t.kind == name:
		return p.named(t)
	case t.kind == symbol && t.text == "(":
		of, err := p.expression(0)
		if err == nil {
			err = p.expect(")")
		}
		return of, err
	case t.kind == symbol && t.text == "[":
		items, err := p.items("]")
		return &listNode{items}, err
	case t.kind == symbol && t.text == "{":
		return p.mapping()
	}
	return nil, &SyntaxError{t.offset, fmt.Sprintf("a value is expected, %s is found", t), ""}
}

// named is a constant, a variable, or the call of a function with dots in its
// name. Dots that no call follows are left for postfix.
func (p *parser) named(t token) (node, error) {
	if value, ok := constants[t.text]; ok {
		return literal{value}, nil
	}
	switch word(t.text) {
	case "and", "or", "in":
		return nil, &SyntaxError{t.offset, fmt.Sprintf("a value is expected, the operator %q is found", t.text), ""}
	}
	path, used := t.text, 0
	for used+1 < len(p.tokens) && p.tokens[used].kind == symbol && p.tokens[used].text == "." && p.tokens[used+1].kind == name {
		path += "." + p.tokens[used+1].text
		used += 2
	}
	if after := p.tokens[used]; after.kind != symbol || after.text != "(" {
		return &variable{t.text, path, t.offset}, nil
	}
	p.tokens = p.tokens[used+1:]
	arguments, err := p.items(")")
	return &call{path, arguments, t.offset}, err
}

func (p *parser) items(closing string) ([]node, error) {
	var items []node
	for !p.take(closing) {
		if len(items) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		item, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

func (p *parser) mapping() (node, error) {
	m := &mapNode{}
	for !p.take("}") {
		if len(m.keys) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		key, err := p.expression(0)
		if err == nil {
			err = p.expect(":")
		}
		if err != nil {
			return nil, err
		}
		value, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		m.keys, m.values = append(m.keys, key), append(m.values, value)
	}
	return m, nil
}
