package settings

import (
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/joho/godotenv"
)

func TestDotenvLines(t *testing.T) {
	d, err := parseDotenv([]byte("\xef\xbb\xbf# first\r\nA=1\r\n\r\n  export B = 'two' # c\r\nC=\"x\ny\nz\"\nD: yaml\nA=3\nE=$A\nF='$A'\nG=\n"), ".env")
	if err != nil {
		t.Fatal(err)
	}
	wantLines := map[string]int{"A": 9, "B": 4, "C": 5, "D": 8, "E": 10, "F": 11, "G": 12}
	wantValues := map[string]string{"A": "3", "B": "two", "C": "x\ny\nz", "D": "yaml", "E": "3", "F": "$A", "G": ""}
	if !maps.Equal(d.lines, wantLines) {
		t.Errorf("lines %v", d.lines)
	}
	if !maps.Equal(d.values, wantValues) {
		t.Errorf("values %v", d.values)
	}
}

// TestExampleAgrees holds that .env.example has every variable with its default
// and a comment, and nothing else.
func TestExampleAgrees(t *testing.T) {
	data, err := os.ReadFile("../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	d, err := parseDotenv(data, ".env.example")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	for _, v := range Variables() {
		value, ok := d.values[v.Name]
		if !ok || value != v.Default {
			t.Errorf("%s is %q in .env.example, its default is %q", v.Name, value, v.Default)
		}
		// AWS_REGION shares the comment of AWS_ACCOUNT.
		if line := d.lines[v.Name]; line < 2 || !strings.HasPrefix(lines[line-2], "#") && v.Name != AWSRegion {
			t.Errorf("%s has no comment above it", v.Name)
		}
		delete(d.values, v.Name)
	}
	if len(d.values) > 0 {
		t.Errorf("not dorc's: %v", d.values)
	}
}

// TestExampleIsAValidDotenv holds that a copy of .env.example is accepted.
func TestExampleIsAValidDotenv(t *testing.T) {
	data, err := os.ReadFile("../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := os.WriteFile(root+"/.env", data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(Options{WorkingDir: root, Environ: []string{}, ConfigRepoOptional: true}); err != nil {
		t.Error(err)
	}
}

// FuzzDotenv holds that parseDotenv never panics, accepts what godotenv accepts,
// with its values, gives every name a line, and shows no value in an error.
func FuzzDotenv(f *testing.F) {
	for _, seed := range []string{"A=1\n", "export A='x'\nB=\"y\nz\"\n", "A", "=x", "A=\"", "A = 'b' C=d\n", "\r\n#\nA: b", "A=$B${C}\\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := parseDotenv(data, ".env")
		if err != nil {
			return
		}
		want, wantErr := godotenv.UnmarshalBytes([]byte(strings.TrimPrefix(string(data), "\xef\xbb\xbf")))
		if wantErr != nil {
			t.Fatalf("godotenv refuses: %v", wantErr)
		}
		if !maps.Equal(d.values, want) {
			t.Fatalf("values %v, godotenv %v", d.values, want)
		}
		count := strings.Count(string(data), "\n") + 1
		for name := range d.values {
			if line := d.lines[name]; line < 1 || line > count {
				t.Fatalf("%q has line %d of %d", name, line, count)
			}
		}
	})
}
