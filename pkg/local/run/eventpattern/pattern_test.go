package eventpattern

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const event = `{"source": "aws.s3", "detail-type": "Object Created", "n": 5, "ip": "10.0.0.7", "list": ["a", "b"], "null": null,
	"detail": {"bucket": {"name": "data"}, "object": {"key": "in/2024/a.csv", "size": 100}}}`

func TestMatches(t *testing.T) {
	tests := []struct {
		pattern string
		want    bool
	}{
		{`{"source": ["aws.s3"]}`, true},
		{`{"source": ["aws.ec2", "aws.s3"]}`, true},
		{`{"source": ["aws.ec2"]}`, false},
		{`{"detail": {"bucket": {"name": ["data"]}, "object": {"key": [{"prefix": "in/"}]}}}`, true},
		{`{"detail": {"object": {"key": [{"prefix": "out/"}]}}}`, false},
		{`{"detail": {"object": {"key": [{"suffix": ".csv"}]}}}`, true},
		{`{"detail": {"object": {"key": [{"suffix": {"equals-ignore-case": ".CSV"}}]}}}`, true},
		{`{"detail": {"object": {"key": [{"wildcard": "in/*/a.*"}]}}}`, true},
		{`{"detail": {"object": {"key": [{"wildcard": "in/*/b.*"}]}}}`, false},
		{`{"detail": {"object": {"key": [{"anything-but": {"suffix": ".csv"}}]}}}`, false},
		{`{"detail": {"object": {"key": [{"anything-but": {"prefix": ["x", "y"]}}]}}}`, true},
		{`{"source": [{"anything-but": ["aws.ec2"]}]}`, true},
		{`{"absent": [{"anything-but": "x"}]}`, false},
		{`{"source": [{"equals-ignore-case": "AWS.S3"}]}`, true},
		{`{"detail": {"object": {"size": [{"numeric": [">", 10, "<=", 100]}]}}}`, true},
		{`{"detail": {"object": {"size": [{"numeric": ["<", 100]}]}}}`, false},
		{`{"source": [{"numeric": ["=", 1]}]}`, false},
		{`{"n": [5]}`, true},
		{`{"n": ["5"]}`, false},
		{`{"null": [null]}`, true},
		{`{"absent": [null]}`, false},
		{`{"absent": [{"exists": false}]}`, true},
		{`{"source": [{"exists": false}]}`, false},
		{`{"detail": {"object": {"version": [{"exists": false}]}}}`, true},
		{`{"list": ["b"]}`, true},
		{`{"list": ["c"]}`, false},
		{`{"ip": [{"cidr": "10.0.0.0/24"}]}`, true},
		{`{"ip": [{"cidr": "10.0.1.0/24"}]}`, false},
		{`{"$or": [{"source": ["x"]}, {"n": [5]}]}`, true},
		{`{"source": ["aws.s3"], "$or": [{"source": ["x"]}, {"n": [6]}]}`, false},
	}
	var e map[string]any
	require.NoError(t, json.Unmarshal([]byte(event), &e))
	for _, test := range tests {
		t.Run(test.pattern, func(t *testing.T) {
			p, err := Parse(test.pattern)
			require.NoError(t, err)
			assert.Equal(t, test.want, p.Matches(e))
		})
	}
}

func TestRefused(t *testing.T) {
	for _, text := range []string{``, `[]`, `{}`, `{"a": "b"}`, `{"a": []}`, `{"a": [[1]]}`, `{"a": [{"like": "x"}]}`, `{"a": [{"prefix": 1}]}`,
		`{"a": [{"numeric": ["~", 1]}]}`, `{"a": [{"numeric": [">"]}]}`, `{"a": [{"cidr": "10"}]}`, `{"$or": [1]}`, `{"a": [{"exists": 1}]}`} {
		_, err := Parse(text)
		require.Error(t, err, text)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"detail": {"object": {"key": [{"prefix": "in/"}, {"anything-but": ["x"]}]}}}`)
	var e map[string]any
	require.NoError(f, json.Unmarshal([]byte(event), &e))
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text)
		if err == nil {
			p.Matches(e)
		}
	})
}
