package asl

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestIntrinsics(t *testing.T) {
	const data = `{"s": "x", "l": [1, 2, 3, 3.0, "x"], "o": {"a": 1}, "p": {"b": 2}, "n": 4, "enc": "aGVsbG8=", "json": "{\"k\": [1]}", "a,b": 1}`
	tests := []struct{ expression, want string }{
		{`States.Format('a {} b {} c', $.s, $.n)`, `"a x b 4 c"`},
		{`States.Format('\{\} it\'s {} \\', $.o)`, `"{} it's {\"a\":1} \\"`},
		{`States.StringToJson($.json)`, `{"k": [1]}`},
		{`States.JsonToString($.o)`, `"{\"a\":1}"`},
		{`States.Array($.s, 1, -2.5, 'q', null, true)`, `["x", 1, -2.5, "q", null, true]`},
		{`States.Array()`, `[]`},
		{`States.ArrayPartition($.l, 2)`, `[[1, 2], [3, 3.0], ["x"]]`},
		{`States.ArrayContains($.l, 2)`, `true`},
		{`States.ArrayContains($.l, 'y')`, `false`},
		{`States.ArrayRange(1, 9, 4)`, `[1, 5, 9]`},
		{`States.ArrayRange(3, 1, -1)`, `[3, 2, 1]`},
		{`States.ArrayGetItem($.l, 4)`, `"x"`},
		{`States.ArrayLength($.l)`, `5`},
		{`States.ArrayUnique(States.Array(1, 2, 1))`, `[1, 2]`},
		{`States.Base64Encode('hello')`, `"aGVsbG8="`},
		{`States.Base64Decode($.enc)`, `"hello"`},
		{`States.Hash('input data', 'SHA-1')`, `"aaff4a450a104cd177d28d18d74485e8cae074b7"`},
		{`States.JsonMerge($.o, $.p, false)`, `{"a": 1, "b": 2}`},
		{`States.MathAdd($.n, -1)`, `3`},
		{`States.StringSplit('1,2+3', ',+')`, `["1", "2", "3"]`},
		{`States.Format('{}', States.Format('{}', $['a,b']))`, `"1"`},
	}
	for _, test := range tests {
		t.Run(test.expression, func(t *testing.T) {
			e, err := parseExpression(test.expression)
			require.NoError(t, err)
			v, err := e.eval(decode(data), nil)
			require.NoError(t, err)
			text, err := Encode(v)
			require.NoError(t, err)
			assert.JSONEq(t, test.want, string(text))
		})
	}
	uuid, err := mustExpression(t, `States.UUID()`).eval(nil, nil)
	require.NoError(t, err)
	assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4`, uuid)
	one, err := mustExpression(t, `States.MathRandom(1, 2)`).eval(nil, nil)
	require.NoError(t, err)
	assert.Equal(t, number(1), one)
}

func mustExpression(t *testing.T, text string) *expression {
	e, err := parseExpression(text)
	require.NoError(t, err)
	return e
}

func TestIntrinsicFailures(t *testing.T) {
	for _, text := range []string{`States.Format('{} {}', 1)`, `States.Format('x', 1)`, `States.StringToJson('{')`, `States.ArrayRange(1, 9999, 1)`,
		`States.ArrayRange(1, 2, 0)`, `States.ArrayGetItem(States.Array(1), 1)`, `States.MathAdd('a', 1)`, `States.Hash('a', 'CRC')`,
		`States.Base64Decode('***')`, `States.JsonMerge(1, 2, false)`, `States.MathRandom(5, 5)`, `States.ArrayPartition(States.Array(1), 0)`} {
		_, err := mustExpression(t, text).eval(nil, nil)
		var failure *Error
		require.ErrorAs(t, err, &failure, text)
		assert.Equal(t, ErrIntrinsicFailure, failure.Name)
	}
	for _, text := range []string{`States.Nope(1)`, `States.Format('a`, `States.Format('a'`, `States.Format()`, `States.UUID(1)`, `States.Array(a)`, `plain`, `States.UUID() x`, `States.Array($var)`} {
		_, err := parseExpression(text)
		require.Error(t, err, text)
	}
}
