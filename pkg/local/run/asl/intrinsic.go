package asl

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/google/uuid"
)

// intrinsic is an intrinsic function of the Amazon States Language.
type intrinsic func(args []any) (any, error)

type intrinsicDefinition struct {
	// min and max count the arguments; max -1 means any number.
	min, max int
	call     intrinsic
}

// intrinsics has every intrinsic function of the specification and of AWS
// (https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html).
var intrinsics map[string]intrinsicDefinition

func init() { // A variable that names its functions and is named by them would be a cycle.
	intrinsics = map[string]intrinsicDefinition{
		"States.Format":         {1, -1, format},
		"States.StringToJson":   {1, 1, stringToJSON},
		"States.JsonToString":   {1, 1, jsonToString},
		"States.Array":          {0, -1, func(a []any) (any, error) { return append([]any{}, a...), nil }},
		"States.ArrayPartition": {2, 2, arrayPartition},
		"States.ArrayContains":  {2, 2, arrayContains},
		"States.ArrayRange":     {3, 3, arrayRange},
		"States.ArrayGetItem":   {2, 2, arrayGetItem},
		"States.ArrayLength":    {1, 1, arrayLength},
		"States.ArrayUnique":    {1, 1, arrayUnique},
		"States.Base64Encode":   {1, 1, base64Encode},
		"States.Base64Decode":   {1, 1, base64Decode},
		"States.Hash":           {2, 2, hash},
		"States.JsonMerge":      {3, 3, jsonMerge},
		"States.MathRandom":     {2, 3, mathRandom},
		"States.MathAdd":        {2, 2, mathAdd},
		"States.StringSplit":    {2, 2, stringSplit},
		"States.UUID":           {0, 0, func([]any) (any, error) { return uuid.NewString(), nil }},
	}
}

func format(args []any) (any, error) {
	pattern, ok := args[0].(string)
	if !ok {
		return nil, errors.New("the first argument must be a string")
	}
	var b strings.Builder
	next := 1
	for i := 0; i < len(pattern); i++ {
		switch {
		case pattern[i] == '\\' && i+1 < len(pattern):
			i++
			b.WriteByte(pattern[i])
		case pattern[i] == '{' && i+1 < len(pattern) && pattern[i+1] == '}':
			if next >= len(args) {
				return nil, fmt.Errorf("there are more {} in %q than arguments", pattern)
			}
			text, err := plainText(args[next])
			if err != nil {
				return nil, err
			}
			b.WriteString(text)
			next, i = next+1, i+1
		default:
			b.WriteByte(pattern[i])
		}
	}
	if next != len(args) {
		return nil, fmt.Errorf("there are fewer {} in %q than arguments", pattern)
	}
	return b.String(), nil
}

// plainText renders a value inside a string: strings as they are, everything else as JSON.
func plainText(v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	return encode(v)
}

func stringToJSON(args []any) (any, error) {
	s, ok := args[0].(string)
	if !ok {
		return nil, errors.New("the argument must be a string")
	}
	return Decode([]byte(s))
}

func jsonToString(args []any) (any, error) { return encode(args[0]) }

func base64Encode(args []any) (any, error) {
	s, ok := args[0].(string)
	if !ok || len(s) > 10000 {
		return nil, errors.New("the argument must be a string of at most 10,000 characters")
	}
	return base64.StdEncoding.EncodeToString([]byte(s)), nil
}

func base64Decode(args []any) (any, error) {
	s, ok := args[0].(string)
	if !ok || len(s) > 10000 {
		return nil, errors.New("the argument must be a string of at most 10,000 characters")
	}
	b, err := base64.StdEncoding.DecodeString(s)
	return string(b), err
}

func hash(args []any) (any, error) {
	text, err := plainText(args[0])
	if err != nil {
		return nil, err
	}
	data := []byte(text)
	var sum []byte
	switch args[1] {
	case "MD5":
		s := md5.Sum(data)
		sum = s[:]
	case "SHA-1":
		s := sha1.Sum(data)
		sum = s[:]
	case "SHA-256":
		s := sha256.Sum256(data)
		sum = s[:]
	case "SHA-384":
		s := sha512.Sum384(data)
		sum = s[:]
	case "SHA-512":
		s := sha512.Sum512(data)
		sum = s[:]
	default:
		return nil, fmt.Errorf("%v is not one of MD5, SHA-1, SHA-256, SHA-384, SHA-512", args[1])
	}
	return hex.EncodeToString(sum), nil
}

func jsonMerge(args []any) (any, error) {
	left, ok1 := args[0].(map[string]any)
	right, ok2 := args[1].(map[string]any)
	if !ok1 || !ok2 || args[2] != false {
		return nil, errors.New("takes two objects and false (only shallow merging exists)")
	}
	out := make(map[string]any, len(left)+len(right))
	for k, v := range left {
		out[k] = v
	}
	for k, v := range right {
		out[k] = v
	}
	return out, nil
}

func mathRandom(args []any) (any, error) {
	numbers, err := integers(args)
	if err != nil {
		return nil, err
	}
	low, high := numbers[0], numbers[1]
	if low >= high {
		return nil, fmt.Errorf("the end %d is not above the start %d", high, low)
	}
	if len(numbers) == 3 {
		seeded := rand.New(rand.NewPCG(uint64(numbers[2]), 0))
		return number(low + seeded.Int64N(high-low)), nil
	}
	return number(low + rand.Int64N(high-low)), nil
}

func mathAdd(args []any) (any, error) {
	numbers, err := integers(args)
	if err != nil {
		return nil, err
	}
	return number(numbers[0] + numbers[1]), nil
}

func stringSplit(args []any) (any, error) {
	text, ok1 := args[0].(string)
	seps, ok2 := args[1].(string)
	if !ok1 || !ok2 {
		return nil, errors.New("takes two strings")
	}
	// Each character of the second string separates; empty parts are dropped, as on AWS.
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(seps, r) })
	out := make([]any, len(parts))
	for i, p := range parts {
		out[i] = p
	}
	return out, nil
}

// integers reads whole numbers; a fraction is rounded as AWS does.
func integers(args []any) ([]int64, error) {
	out := make([]int64, len(args))
	for i, a := range args {
		n, ok := a.(json.Number)
		if !ok {
			return nil, fmt.Errorf("argument %d must be a number", i+1)
		}
		v, err := wholeNumber(n)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}
