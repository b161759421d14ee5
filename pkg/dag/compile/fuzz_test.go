package compile

import (
	"bufio"
	"encoding/hex"
	"io"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/dag"
)

// parser answers, for each line with a source in hexadecimal digits, the texts that
// Python sees in it: the value of each argument that is called value, in hexadecimal.
const parser = `
import ast, sys
for line in sys.stdin:
    tree = ast.parse(bytes.fromhex(line))
    found = [ast.literal_eval(node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "value"]
    flat = found[0][0]["key"] + [name for name in found[0][1]]
    print(" ".join(text.encode("utf-8", "surrogateescape").hex() or "-" for text in flat), flush=True)
`

// pythonParser is a Python that runs parser; nil when the machine has none.
var pythonParser = sync.OnceValue(func() func(source string) string {
	cmd := exec.Command("python3", "-c", parser)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil
	}
	out, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		return nil
	}
	answers := bufio.NewReader(out)
	var mutex sync.Mutex
	return func(source string) string {
		mutex.Lock()
		defer mutex.Unlock()
		if _, err := io.WriteString(in, hex.EncodeToString([]byte(source))+"\n"); err != nil {
			return err.Error()
		}
		line, err := answers.ReadString('\n')
		if err != nil {
			return err.Error()
		}
		return strings.TrimSpace(line)
	}
})

// Whatever a text has, Python parses the file and sees the same text.
func FuzzTexts(f *testing.F) {
	for _, seed := range []string{
		"", "plain", `it's "both" '''three''' """ \ \\`, "lines\nof\n\ntext\n", "\r\n\t\x00\x1b\x7f", "\u2028\u202e\ufeff\U0001F600e\u0301", "\xff\xed\xa0\x80\xc3",
		`\N{BULLET} \x41 \u0041 {x} {{ ds }} {% raw %} %}`, strings.Repeat("long ", 40), strings.Repeat("long\n", 40), "'", `"`, "\\", "#", "{{ params.p }}\n" + strings.Repeat("x", 90),
	} {
		f.Add(seed)
	}
	ask := pythonParser()
	if ask == nil {
		f.Skip("there is no python3")
	}
	f.Fuzz(func(t *testing.T, s string) {
		one := task(dag.Operator, "a.b.Operator", "one", "")
		one.Description = s
		one.Arguments = []dag.Argument{{Name: "value", Value: []any{
			dag.Values{{Name: "key", Value: []any{s, "\n" + s + "\n"}}}, dag.Values{{Name: s, Value: int64(1)}},
		}}}
		d := newDAG("any", one)
		d.Description, d.Tags, d.Timezone, d.Path, d.Schedule = s, []string{s}, s, s, s
		d.Params = []dag.Argument{{Name: s, Value: s}}
		if hasWord(s, "params") || hasWord(s, "literal") {
			d.Params = nil // a text that something is added to is no literal
		}
		if hasWord(s, "is_incremental") {
			return
		}
		options := optionsOf("3.1")
		if dateWord.MatchString(s) {
			options = optionsOf("2.10") // nothing is added there
		}
		options.ServiceProject = s
		files, err := Compile(d, options)
		require.NoError(t, err)
		encode := func(s string) string {
			if s == "" {
				return "-"
			}
			return hex.EncodeToString([]byte(s))
		}
		want := strings.Join([]string{encode(s), encode("\n" + s + "\n"), encode(s)}, " ")
		require.True(t, want == ask(string(files[0].Data)), "Python sees another text in:\n%s", files[0].Data)
	})
}

// No definition makes Compile panic, and what it makes is parsed.
func FuzzNames(f *testing.F) {
	f.Add("daily", "trading", "day", "STRING", "run", "shop")
	f.Add("a`b", "x'y", "z\"", "ARRAY<STRUCT<a INT64>>", "docs generate", "../x")
	f.Add("class", "{{ x }}", "%}", "); DROP", "", "")
	f.Fuzz(func(t *testing.T, id, schema, field, kind, command, project string) {
		table := task(dag.Materialization, dag.Table, id, "SELECT 1")
		table.Schema, table.Partitioning = schema, &dag.Partitioning{Field: field, DataType: "date"}
		function := task(dag.Materialization, dag.UDF, id+"_f", "1;")
		function.Arguments = []dag.Argument{{Name: field, Value: kind}}
		pod := task(dag.DbtAction, command, id+"_d", "", id)
		pod.Dbt = &dag.Dbt{Project: project}
		call := task(dag.Operator, kind, id+"_o", "", id)
		call.Arguments = []dag.Argument{{Name: "value", Value: []any{dag.Values{{Name: "key", Value: []any{}}}, dag.Values{}}}, {Name: field, Value: schema}}
		flow := task(dag.Workflow, project, id+"_w", "")
		flow.Starts = project
		files, err := Compile(newDAG("any", table, function, pod, call, flow), optionsOf("2.10"))
		if err != nil {
			return
		}
		if ask := pythonParser(); ask != nil {
			require.Equal(t, "", ask(string(files[0].Data)), "%s", files[0].Data)
		}
	})
}
