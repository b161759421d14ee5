package expression

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// values is a scope of variables with the standard library.
type values map[string]any

func (v values) Variable(name string) (any, bool) { x, ok := v[name]; return x, ok }
func (v values) Value(path string) (any, bool)    { return Value(path) }
func (v values) Call(name string, arguments []any) (any, error) {
	f, ok := Library(name)
	if !ok || !f.Pure() {
		return nil, Faultf(TypeError, "%s is not here", name)
	}
	return f.Call(arguments)
}

var variables = values{
	"i": int64(7), "d": 2.5, "s": "héllo", "yes": true, "nothing": nil, "bytes": []byte("hi"),
	"list": []any{int64(1), "two", []any{int64(3)}},
	"m":    map[string]any{"a": int64(1), "b": map[string]any{"c": "deep"}, "odd key": "x"},
}

func eval(t *testing.T, source string) (any, error) {
	t.Helper()
	e, err := Parse(source)
	require.NoError(t, err, source)
	return e.Eval(variables)
}

func TestEval(t *testing.T) {
	for source, want := range map[string]any{
		`1 + 2 * 3`:                             int64(7),
		`(1 + 2) * 3`:                           int64(9),
		`10 - 4 - 3`:                            int64(3),
		`-i + 10`:                               int64(3),
		`--3`:                                   int64(3),
		`7 / 2`:                                 3.5,
		`6 / 2`:                                 3.0,
		`7 // 2`:                                int64(3),
		`-7 // 2`:                               int64(-4),
		`-7 % 3`:                                int64(2),
		`7.5 // 2`:                              3.0,
		`5.5 % 2`:                               1.5,
		`1.5e3`:                                 1500.0,
		`"a" + 'b'`:                             "ab",
		`"tab\tquote\" \u00e9"`:                 "tab\tquote\" é",
		`"\d+"`:                                 `\d+`,
		`i == 7 and d < 3`:                      true,
		`i == 7.0`:                              true,
		`i != 7 or yes`:                         true,
		`not yes`:                               false,
		`NOT (yes AND yes)`:                     false,
		`nothing == null`:                       true,
		`"a" in m`:                              true,
		`not ("z" in m)`:                        true,
		`"two" in list`:                         true,
		`1.0 in list`:                           true,
		`"b" > "a"`:                             true,
		`[1, "x"] == [1, "x"]`:                  true,
		`{"k": i}.k`:                            int64(7),
		`list[2][0]`:                            int64(3),
		`list[i - 6]`:                           "two",
		`m.b.c`:                                 "deep",
		`m["odd key"]`:                          "x",
		`m["b"].c`:                              "deep",
		`yes or nothing.x`:                      true,
		`not yes and nothing.x`:                 false,
		`True and not FALSE`:                    true,
		`http.default_retry.max_retries`:        int64(5),
		`retry.default_backoff.multiplier`:      1.25,
		`http.default_retry_predicate`:          Callable{"http.default_retry_predicate"},
		`if(i > 3, "big", "small")`:             "big",
		`default(map.get(m, "z"), "none")`:      "none",
		`map.get(m, ["b", "c"])`:                "deep",
		`map.get(m, ["b", "x", "y"])`:           nil,
		`len(s)`:                                int64(5),
		`keys(m)`:                               []any{"a", "b", "odd key"},
		`int("12") + int(2.9)`:                  int64(14),
		`int(-2.9)`:                             int64(-2),
		`double("2.5") + double(1)`:             3.5,
		`string(2.5) + string(yes) + string(3)`: "2.5true3",
		`text.find_all("abcabc", "bc")`:         []any{int64(1), int64(4)},
		`text.find_all_regex("HelloWorld", "Hello|World")`: []any{
			map[string]any{"index": int64(0), "match": "Hello"}, map[string]any{"index": int64(5), "match": "World"}},
		`text.find_all_regex("ééab", "a|ab")[0]`:                                            map[string]any{"index": int64(2), "match": "ab"},
		`text.match_regex("a1", "\\d")`:                                                     true,
		`text.replace_all("aXbX", "X", "-")`:                                                "a-b-",
		`text.replace_all_regex("john doe", "(\\w+) (\\w+)", "\\2 $\\1")`:                   "doe $john",
		`text.split("a,b,c", ",")`:                                                          []any{"a", "b", "c"},
		`text.substring(s, 1, 3)`:                                                           "él",
		`text.to_upper(s)`:                                                                  "HÉLLO",
		`text.url_encode("a b&c")`:                                                          "a%20b%26c",
		`text.url_encode_plus("a b")`:                                                       "a+b",
		`text.url_decode("a%20b")`:                                                          "a b",
		`text.decode(base64.decode(base64.encode(text.encode("hé"))))`:                      "hé",
		`base64.encode(bytes, false)`:                                                       "aGk",
		`json.decode("{\"a\": [1, 2.0, null]}")`:                                            map[string]any{"a": []any{int64(1), 2.0, nil}},
		`json.encode_to_string(m.b)`:                                                        `{"c":"deep"}`,
		`json.encode_to_string(m.b, true)`:                                                  "{\n    \"c\": \"deep\"\n}",
		`json.encode_to_string([1], {"indent": " ", "prefix": ">"})`:                        "[\n> 1\n>]",
		`base64.encode(hash.compute_checksum(bytes, "MD5"))`:                                "SfaKXIST7CwL9ImCHCH8Ow==",
		`len(base64.encode(hash.compute_hmac(bytes, bytes, "SHA256")))`:                     int64(44),
		`list.concat(list, i)[3]`:                                                           int64(7),
		`list.prepend([1], 0)`:                                                              []any{int64(0), int64(1)},
		`map.merge({"a": 1, "b": {"c": 1}}, {"b": {"d": 2}})`:                               map[string]any{"a": int64(1), "b": map[string]any{"d": int64(2)}},
		`map.merge_nested({"b": {"c": 1}}, {"b": {"d": 2}})`:                                map[string]any{"b": map[string]any{"c": int64(1), "d": int64(2)}},
		`map.delete({"a": 1, "b": 2}, "a")`:                                                 map[string]any{"b": int64(2)},
		`math.abs(-3) + math.max(1, 2) + math.min(1, 2)`:                                    int64(6),
		`math.floor(-2.5)`:                                                                  int64(-3),
		`math.abs(-2.5)`:                                                                    2.5,
		`time.format(1635888823)`:                                                           "2021-11-02T21:33:43Z",
		`time.format(1635888823, "Europe/Berlin")`:                                          "2021-11-02T22:33:43+01:00",
		`time.parse("1970-01-01T00:01:00.5Z")`:                                              60.5,
		`retry.always(null)`:                                                                true,
		`http.default_retry_predicate({"tags": ["HttpError"], "code": 503})`:                true,
		`http.default_retry_predicate({"tags": ["HttpError"], "code": 500})`:                false,
		`http.default_retry_predicate({"tags": ["ConnectionError"]})`:                       true,
		`http.default_retry_predicate_non_idempotent({"tags": ["ConnectionError"]})`:        false,
		`http.default_retry_predicate_non_idempotent({"tags": ["HttpError"], "code": 429})`: true,
	} {
		got, err := eval(t, source)
		require.NoError(t, err, source)
		assert.Equal(t, want, got, source)
	}
}

func TestFaults(t *testing.T) {
	for source, tag := range map[string]string{
		`1 / 0`: ZeroDivisionError, `1 // 0`: ZeroDivisionError, `1.5 % 0`: ZeroDivisionError,
		`m.zzz`: KeyError, `zzz`: KeyError, `list[3]`: IndexError, `list[-1]`: IndexError,
		`list["a"]`: TypeError, `m[1]`: TypeError, `nothing.x`: TypeError, `s[0]`: TypeError,
		`"a" + 1`: TypeError, `1 + "a"`: TypeError, `"a" * 2`: TypeError, `-s`: TypeError, `not 1`: TypeError, `1 and yes`: TypeError,
		`1 < "a"`: TypeError, `yes < yes`: TypeError, `"a" in s`: TypeError, `{1: 2}`: TypeError,
		`9223372036854775807 + 1`: ValueError, `-9223372036854775807 - 2`: ValueError, `9223372036854775807 * 2`: ValueError,
		`int("x")`: ValueError, `int(null)`: TypeError, `int(1e300)`: ValueError, `double("x")`: ValueError, `string(m)`: TypeError, `len(1)`: TypeError,
		`len()`: TypeError, `len(s, s)`: TypeError, `keys(s)`: TypeError, `if(1, 2, 3)`: TypeError,
		`text.split(1, ",")`: TypeError, `text.match_regex("a", "(")`: ValueError, `text.substring(s, 3, 9)`: ValueError, `text.substring(s, 3, 1)`: ValueError,
		`text.decode(base64.decode("/w=="))`: ValueError, `text.encode("a", "latin1")`: ValueError, `text.url_decode("%zz")`: ValueError,
		`base64.encode("a")`: TypeError, `base64.decode("*")`: ValueError, `json.decode("{")`: ValueError, `json.decode("1 2")`: ValueError, `json.encode(bytes)`: ValueError,
		`json.encode([retry.always])`: ValueError, `hash.compute_checksum(bytes, "CRC")`: ValueError,
		`map.get(list, "a")`: TypeError, `map.delete(m, "zzz")`: KeyError, `list.concat(m, 1)`: TypeError, `map.merge(m, 1)`: TypeError,
		`time.format(0, "Mars/Olympus")`: ValueError, `time.format(1e300)`: ValueError, `time.parse("yesterday")`: ValueError, `math.abs("a")`: TypeError, `math.max("a", 1)`: TypeError,
	} {
		_, err := eval(t, source)
		var f *Fault
		require.ErrorAs(t, err, &f, source)
		assert.True(t, f.Has(tag), "%s: %v", source, f.Value)
		assert.Contains(t, f.Error(), tag+": ", source)
	}
}

func TestSyntaxErrors(t *testing.T) {
	for source, want := range map[string]struct {
		offset  int
		message string
	}{
		``:                     {0, "the expression is empty"},
		`1 +`:                  {3, "a value is expected, the end is found"},
		`(1`:                   {2, `")" is expected, the end is found`},
		`a b`:                  {2, `an operator is expected, "b" is found`},
		`a not in b`:           {2, `an operator is expected, "not" is found`},
		`a && b`:               {2, `"&&" is not an operator`},
		`a = b`:                {2, `"=" is not an operator`},
		`"é" + "open`:          {6, "the string has no closing quote"},
		`a.1`:                  {2, `a name is expected after the dot, "1" is found`},
		`f(1,)`:                {4, `a value is expected, ")" is found`},
		`f(1 2)`:               {4, `"," is expected, "2" is found`},
		`a[0](1)`:              {4, "only a function can be called"},
		`99999999999999999999`: {0, "99999999999999999999 is too large"},
		`in`:                   {0, `a value is expected, the operator "in" is found`},
		`"\uzz"`:               {1, `\u is not followed by four hexadecimal digits`},
		`a ? b`:                {2, `'?' cannot be part of an expression`},
	} {
		_, err := Parse(source)
		var wrong *SyntaxError
		require.ErrorAs(t, err, &wrong, source)
		assert.Equal(t, want.message, wrong.Message, source)
		assert.Equal(t, want.offset, wrong.Offset, source)
	}
}

func TestTargets(t *testing.T) {
	old := map[string]any{"list": []any{int64(1), map[string]any{"x": int64(1)}}}
	target, err := ParseTarget(`v.list[i - 6]["x"]`)
	require.NoError(t, err)
	assert.Equal(t, "v", target.Name)
	got, err := target.Set(old, "new", variables)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"list": []any{int64(1), map[string]any{"x": "new"}}}, got)
	assert.Equal(t, int64(1), old["list"].([]any)[1].(map[string]any)["x"], "the old value stays as it was")

	nested, err := ParseTarget("v.a.b")
	require.NoError(t, err)
	got, err = nested.Set(map[string]any{}, true, variables)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"a": map[string]any{"b": true}}, got)

	for _, bad := range []string{"1", "f(x)", "a + b", "", "a b", "(a)b"} {
		_, err := ParseTarget(bad)
		assert.Error(t, err, bad)
	}
	for source, tag := range map[string]string{"v.list[9]": IndexError, "v[1]": TypeError, "v.list.x": TypeError, "v.list[0].x": TypeError, "v[zzz]": KeyError} {
		target, err := ParseTarget(source)
		require.NoError(t, err)
		_, err = target.Set(old, 1, variables)
		var f *Fault
		require.ErrorAs(t, err, &f, source)
		assert.True(t, f.Has(tag), "%s: %v", source, err)
	}
}

func TestLooking(t *testing.T) {
	e, err := Parse(`a + text.split(b.c, d[e])[0] in http.default_retry`)
	require.NoError(t, err)
	assert.Equal(t, []Reference{{"a", "a", 0}, {"b", "b.c", 15}, {"d", "d", 20}, {"e", "e", 22}, {"http", "http.default_retry", 32}}, e.References())
	assert.Equal(t, []Call{{"text.split", 2, 4}}, e.Calls())
}

func TestFaultsAsText(t *testing.T) {
	assert.Equal(t, "broken", (&Fault{"broken"}).Error())
	assert.Equal(t, `{"code":5}`, (&Fault{map[string]any{"code": int64(5)}}).Error())
	assert.Equal(t, "KeyError: key not found: a", Faultf(KeyError, "key not found: %s", "a").Error())
	assert.False(t, (&Fault{"broken"}).Has(KeyError))
}

func FuzzExpression(f *testing.F) {
	for _, seed := range []string{`1 + 2 * (3 - x)`, `m["a"].b[0] == "é\n"`, `text.split(default(map.get(m, "k"), ""), ",")`, `not a in b`, `{"a": [1, 2.5e3]}`, `"`, `((((`, `-9223372036854775808`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if target, err := ParseTarget(source); err == nil {
			_, _ = target.Set(map[string]any{}, nil, variables)
		}
		e, err := Parse(source)
		if err != nil {
			var wrong *SyntaxError
			if !errors.As(err, &wrong) || wrong.Offset < 0 || wrong.Offset > len([]rune(source)) {
				t.Fatalf("%q: %v", source, err)
			}
			return
		}
		e.References()
		e.Calls()
		if _, err := e.Eval(variables); err != nil {
			var fault *Fault
			if !errors.As(err, &fault) {
				t.Fatalf("%q: %v", source, err)
			}
		}
	})
}
