package asl

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// maxRangeItems is the most items that States.ArrayRange makes.
const maxRangeItems = 1000

func arrayOf(v any) ([]any, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, errors.New("the first argument must be an array")
	}
	return list, nil
}

func arrayPartition(args []any) (any, error) {
	list, err := arrayOf(args[0])
	if err != nil {
		return nil, err
	}
	size, err := integers(args[1:])
	if err != nil || size[0] <= 0 {
		return nil, errors.New("the size of the parts must be a number above 0")
	}
	out := []any{}
	for len(list) > 0 {
		n := min(int64(len(list)), size[0])
		out = append(out, append([]any{}, list[:n]...))
		list = list[n:]
	}
	return out, nil
}

func arrayContains(args []any) (any, error) {
	list, err := arrayOf(args[0])
	if err != nil {
		return nil, err
	}
	for _, item := range list {
		if equal(item, args[1]) {
			return true, nil
		}
	}
	return false, nil
}

func arrayRange(args []any) (any, error) {
	n, err := integers(args)
	if err != nil {
		return nil, err
	}
	first, last, by := n[0], n[1], n[2]
	if by == 0 {
		return nil, errors.New("the increment must not be 0")
	}
	out := []any{}
	for v := first; (by > 0 && v <= last) || (by < 0 && v >= last); v += by {
		if len(out) == maxRangeItems {
			return nil, fmt.Errorf("makes more than %d items", maxRangeItems)
		}
		out = append(out, number(v))
	}
	return out, nil
}

func arrayGetItem(args []any) (any, error) {
	list, err := arrayOf(args[0])
	if err != nil {
		return nil, err
	}
	at, err := integers(args[1:])
	if err != nil {
		return nil, err
	}
	if at[0] < 0 || at[0] >= int64(len(list)) {
		return nil, fmt.Errorf("there is no item %d in an array of %d", at[0], len(list))
	}
	return list[at[0]], nil
}

func arrayLength(args []any) (any, error) {
	list, err := arrayOf(args[0])
	if err != nil {
		return nil, err
	}
	return number(int64(len(list))), nil
}

func arrayUnique(args []any) (any, error) {
	list, err := arrayOf(args[0])
	if err != nil {
		return nil, err
	}
	out, seen := []any{}, map[string]bool{}
	for _, item := range list {
		text, err := encode(item)
		if err != nil {
			return nil, err
		}
		if !seen[text] {
			seen[text] = true
			out = append(out, item)
		}
	}
	return out, nil
}

// equal compares JSON values; numbers by their value.
func equal(a, b any) bool {
	x, ok1 := a.(json.Number)
	y, ok2 := b.(json.Number)
	if ok1 && ok2 {
		return compareNumbers(x, y) == 0
	}
	s, err1 := encode(a)
	t, err2 := encode(b)
	return err1 == nil && err2 == nil && s == t
}

// Number is a whole number as the interpreter holds it.
func Number(n int64) json.Number { return number(n) }

func number(n int64) json.Number { return json.Number(strconv.FormatInt(n, 10)) }

// wholeNumber reads a number, rounding a fraction to the nearest whole number.
func wholeNumber(n json.Number) (int64, error) {
	if v, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
		return v, nil
	}
	f, err := n.Float64()
	if err != nil || math.Abs(f) > math.MaxInt32 {
		return 0, fmt.Errorf("%s is not a number that can be calculated with", n)
	}
	return int64(math.Round(f)), nil
}

// compareNumbers compares two JSON numbers: exactly when both are whole, else as floating point numbers.
func compareNumbers(a, b json.Number) int {
	x, err1 := strconv.ParseInt(a.String(), 10, 64)
	y, err2 := strconv.ParseInt(b.String(), 10, 64)
	if err1 == nil && err2 == nil {
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	// An out-of-range number becomes an infinity, which still compares rightly.
	f, _ := strconv.ParseFloat(a.String(), 64)
	g, _ := strconv.ParseFloat(b.String(), 64)
	switch {
	case f < g:
		return -1
	case f > g:
		return 1
	}
	return 0
}
