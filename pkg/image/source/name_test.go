package source

import (
	"strings"
	"testing"
)

func TestBadName(t *testing.T) {
	deep := strings.Repeat("d/", 2038)
	for _, test := range []struct {
		name string
		bad  bool
	}{
		{"lambda.py", false},
		{"wetter/größe und maß.csv", false},
		{strings.Repeat("x", 255), false},
		{strings.Repeat("x", 256), true},
		{"d/" + strings.Repeat("ü", 128), true},
		{deep + "123456789", false}, // 4,095 bytes with /var/task/ before it
		{deep + "1234567890", true},
		{"a\tb", true},
		{"a\x00b", true},
		{"\xff\xfe", true},
	} {
		if why := badName(test.name); (why != "") != test.bad {
			t.Errorf("badName of %d bytes %.20q: %q", len(test.name), test.name, why)
		}
	}
}
