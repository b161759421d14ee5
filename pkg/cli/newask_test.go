package cli

import (
	"bufio"
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAsk(t *testing.T) {
	noSpaces := func(s string) string {
		if s == "" || strings.Contains(s, " ") {
			return "no spaces, please"
		}
		return ""
	}
	for _, c := range []struct {
		name, input, flag, initial, want, output string
		err                                      error
	}{
		{name: "answer", input: "trips\n", flag: "<name>", want: "trips", output: "Name: "},
		{name: "last line without an end", input: "trips", flag: "<name>", want: "trips", output: "Name: "},
		{name: "offer taken", input: "\n", flag: "--x", initial: "raw", want: "raw", output: "Name [raw]: "},
		{name: "again until it is right", input: "a b\n\nc\n", flag: "<name>", want: "c",
			output: "Name:   no spaces, please\nName:   no spaces, please\nName: "},
		{name: "may stay empty", input: "\n", want: "", output: "Name: "},
		{name: "end of input", input: "", flag: "<name>", output: "Name: ", err: errNoAnswer},
	} {
		t.Run(c.name, func(t *testing.T) {
			var value string
			var out bytes.Buffer
			err := ask(bufio.NewReader(strings.NewReader(c.input)), &out,
				answer{value: &value, question: "Name", flag: c.flag, check: noSpaces, initial: c.initial})
			require.ErrorIs(t, err, c.err)
			assert.Equal(t, c.want, value)
			assert.Equal(t, c.output, out.String())
		})
	}
}

// Without a terminal a value is refused by the name of its flag.
func TestMissingFlags(t *testing.T) {
	a := &app{in: strings.NewReader("raw\n"), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	layer, name, description := "", "", ""
	err := a.complete([]answer{
		{value: &layer, flag: "--layer"}, {value: &name, flag: "<name>"}, {value: &description},
	})
	var usage *usageError
	require.True(t, errors.As(err, &usage))
	assert.EqualError(t, err, "missing: --layer, <name>; this is no terminal to ask on")
	layer, name = "raw", "trips"
	require.NoError(t, a.complete([]answer{{value: &layer, flag: "--layer"}, {value: &name, flag: "<name>"}, {value: &description}}))
}
