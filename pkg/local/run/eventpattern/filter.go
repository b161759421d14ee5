package eventpattern

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// filterOf makes the matcher of a content filter.
func filterOf(name string, operand any) (matcher, error) {
	switch name {
	case "exists":
		want, ok := operand.(bool)
		if !ok {
			return nil, errors.New("must be true or false")
		}
		return func(_ any, present bool) bool { return present == want }, nil
	case "anything-but":
		return anythingBut(operand)
	case "numeric":
		return numeric(operand)
	case "cidr":
		return cidr(operand)
	case "prefix", "suffix":
		return affix(name, operand)
	case "equals-ignore-case":
		return text(operand, strings.EqualFold)
	case "wildcard":
		return text(operand, func(value, pattern string) bool { return wildcard(pattern, value) })
	}
	return nil, errors.New("this filter does not exist")
}

func text(operand any, accept func(value, operand string) bool) (matcher, error) {
	want, ok := operand.(string)
	if !ok {
		return nil, errors.New("must be a string")
	}
	return func(value any, present bool) bool {
		s, ok := value.(string)
		return present && ok && accept(s, want)
	}, nil
}

// affix is prefix or suffix, also with equals-ignore-case inside.
func affix(name string, operand any) (matcher, error) {
	accept := strings.HasPrefix
	if name == "suffix" {
		accept = strings.HasSuffix
	}
	if inner, ok := operand.(map[string]any); ok && len(inner) == 1 && inner["equals-ignore-case"] != nil {
		return text(inner["equals-ignore-case"], func(value, want string) bool {
			return accept(strings.ToLower(value), strings.ToLower(want))
		})
	}
	return text(operand, accept)
}

// anythingBut matches values that are there and are none of the operand's.
func anythingBut(operand any) (matcher, error) {
	var inner []matcher
	add := func(m matcher, err error) error {
		inner = append(inner, m)
		return err
	}
	var err error
	switch v := operand.(type) {
	case map[string]any:
		if len(v) != 1 {
			return nil, errors.New("a filter has one name")
		}
		for name, o := range v {
			if list, ok := o.([]any); ok && name != "numeric" {
				for _, item := range list {
					err = errors.Join(err, add(filterOf(name, item)))
				}
			} else {
				err = add(filterOf(name, o))
			}
		}
	case []any:
		for _, item := range v {
			err = errors.Join(err, add(entry(item)))
		}
	default:
		err = add(entry(operand))
	}
	if err != nil {
		return nil, err
	}
	return func(value any, present bool) bool {
		for _, m := range inner {
			if m(value, present) {
				return false
			}
		}
		return present
	}, nil
}

// numeric matches numbers by pairs of an operator and a bound.
func numeric(operand any) (matcher, error) {
	list, ok := operand.([]any)
	if !ok || len(list) == 0 || len(list)%2 != 0 {
		return nil, errors.New("must be a list of operators and numbers")
	}
	var tests []func(float64) bool
	for i := 0; i < len(list); i += 2 {
		bound, ok := list[i+1].(float64)
		if !ok {
			return nil, fmt.Errorf("%v is not a number", list[i+1])
		}
		switch list[i] {
		case "=":
			tests = append(tests, func(v float64) bool { return v == bound })
		case "<":
			tests = append(tests, func(v float64) bool { return v < bound })
		case "<=":
			tests = append(tests, func(v float64) bool { return v <= bound })
		case ">":
			tests = append(tests, func(v float64) bool { return v > bound })
		case ">=":
			tests = append(tests, func(v float64) bool { return v >= bound })
		default:
			return nil, fmt.Errorf("%v is not an operator", list[i])
		}
	}
	return func(value any, present bool) bool {
		v, ok := value.(float64)
		for _, t := range tests {
			if !present || !ok || !t(v) {
				return false
			}
		}
		return true
	}, nil
}

func cidr(operand any) (matcher, error) {
	s, ok := operand.(string)
	if !ok {
		return nil, errors.New("must be a string")
	}
	network, err := netip.ParsePrefix(s)
	if err != nil {
		return nil, err
	}
	return func(value any, present bool) bool {
		s, ok := value.(string)
		address, err := netip.ParseAddr(s)
		return present && ok && err == nil && network.Contains(address)
	}, nil
}

// wildcard matches a text; * stands for any characters, \* for itself.
func wildcard(pattern, value string) bool {
	const star = "\x00" // no event has this character in a string that a rule would match
	pattern = strings.ReplaceAll(pattern, "*", star)
	pattern = strings.ReplaceAll(pattern, `\`+star, "*")
	parts := strings.Split(strings.ReplaceAll(pattern, `\\`, `\`), star)
	if len(parts) == 1 {
		return value == parts[0]
	}
	rest, ok := strings.CutPrefix(value, parts[0])
	for _, p := range parts[1 : len(parts)-1] {
		at := strings.Index(rest, p)
		if at < 0 {
			return false
		}
		rest = rest[at+len(p):]
	}
	return ok && strings.HasSuffix(rest, parts[len(parts)-1])
}
