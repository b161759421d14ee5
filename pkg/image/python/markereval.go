package python

import (
	"slices"
	"strconv"
	"strings"
)

// holds evaluates the marker in an environment, whose extra is the one at hand.
func (m marker) holds(environment map[string]string, extras []string) bool {
	switch {
	case m.or != nil:
		return slices.ContainsFunc(m.or, func(p marker) bool { return p.holds(environment, extras) })
	case m.and != nil:
		return !slices.ContainsFunc(m.and, func(p marker) bool { return !p.holds(environment, extras) })
	}
	if m.left.text == "extra" && !m.left.literal || m.right.text == "extra" && !m.right.literal {
		wanted := m.right.text
		if m.left.literal {
			wanted = m.left.text
		}
		has := slices.Contains(extras, normalize(wanted))
		return has == (m.operation.text == "==")
	}
	left, right := m.left.text, m.right.text
	version := strings.HasPrefix(left, "python") || strings.HasPrefix(right, "python") || left == "implementation_version"
	if !m.left.literal {
		left = environment[left]
	}
	if !m.right.literal {
		right = environment[right]
	}
	return compare(left, m.operation.text, right, version)
}

func compare(left, operation, right string, version bool) bool {
	switch operation {
	case "in":
		return strings.Contains(right, left)
	case "not in":
		return !strings.Contains(right, left)
	case "===":
		return left == right
	}
	l, _, lok := release(left)
	r, wild, rok := release(right)
	if !version || !lok || !rok {
		return byOrder(operation, strings.Compare(left, right))
	}
	switch {
	case operation == "~=":
		return len(r) > 1 && slices.Compare(padded(l, len(r)), r) >= 0 && slices.Equal(padded(l, len(r))[:len(r)-1], r[:len(r)-1])
	case wild:
		equal := slices.Equal(padded(l, len(r))[:len(r)], r)
		return equal == (operation == "==")
	}
	length := max(len(l), len(r))
	return byOrder(operation, slices.Compare(padded(l, length), padded(r, length)))
}

func byOrder(operation string, order int) bool {
	switch operation {
	case "==":
		return order == 0
	case "!=":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	}
	return false
}

// release are the numbers of a final version, wild tells that ".*" followed.
func release(text string) (numbers []int, wild, ok bool) {
	text, wild = strings.CutSuffix(strings.TrimSpace(text), ".*")
	for part := range strings.SplitSeq(text, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil, false, false
		}
		numbers = append(numbers, n)
	}
	return numbers, wild, true
}

func padded(numbers []int, length int) []int {
	for len(numbers) < length {
		numbers = append(slices.Clone(numbers), 0)
	}
	return numbers
}
