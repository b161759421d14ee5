package cli

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const commandsPage = "../../docs/commands.md"

// TestCommandsPage holds that docs/commands.md is what the commands say of
// themselves. To write it anew: go test ./pkg/cli -run TestCommandsPage -update
func TestCommandsPage(t *testing.T) {
	got := commands(newRoot(&app{}))
	if flag.Lookup("update").Value.(flag.Getter).Get().(bool) {
		require.NoError(t, os.WriteFile(commandsPage, got, 0o644))
		return
	}
	want, err := os.ReadFile(commandsPage)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "write it anew: go test ./pkg/cli -run TestCommandsPage -update")
}

// Every command says what it does, in the same form as the others.
func TestCommandsSayWhatTheyDo(t *testing.T) {
	for _, c := range allCommands(newRoot(&app{})) {
		t.Run(c.CommandPath(), func(t *testing.T) {
			assert.NotEmpty(t, c.Short)
			assert.False(t, strings.HasSuffix(c.Short, "."), "the short text ends without a full stop")
			for _, f := range ownFlags(c) {
				assert.NotEmpty(t, f.Usage, "--%s has no text", f.Name)
			}
			for line := range strings.Lines(c.Example) {
				assert.True(t, strings.HasPrefix(line, "  dorc "), "an example is indented and begins with dorc: %q", line)
			}
		})
	}
}

// exitCodes says what the codes mean. The test below holds it to the constants.
var exitCodes = map[int]string{
	exitDone:      "done",
	exitError:     "error: what was asked for was not done, or not all of it; also a pipeline that failed in `dorc run`",
	exitChanges:   "changes are pending: `dorc plan --detailed-exitcode` only",
	exitLocked:    "someone else works on the stack",
	exitCancelled: "cancelled by Ctrl-C or SIGTERM; what was done is recorded",
	exitStale:     "the plan is stale: the stack has changed since `dorc plan --out`",
}

// commands is the page.
func commands(root *cobra.Command) []byte {
	var b bytes.Buffer
	b.WriteString("# Commands\n\n")
	b.WriteString("<!-- Generated: go test ./pkg/cli -run TestCommandsPage -update -->\n\n")
	fmt.Fprintf(&b, "%s\n\n", strings.TrimSpace(root.Long))
	b.WriteString("`make` wraps the common ones: `make help` lists them.\n\n")
	b.WriteString("| command | |\n| --- | --- |\n")
	all := allCommands(root)
	for _, c := range all {
		if c.Runnable() && !c.HasSubCommands() {
			fmt.Fprintf(&b, "| [`%s`](#%s) | %s |\n", c.CommandPath(), anchor(c), cell(c.Short))
		}
	}
	b.WriteString("\n## Flags of every command\n\n")
	writeFlags(&b, ownFlags(root))
	b.WriteString("\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n")
	for code := exitDone; code <= exitStale; code++ {
		fmt.Fprintf(&b, "| %d | %s |\n", code, exitCodes[code])
	}
	for _, c := range all {
		if c.Runnable() && !c.HasSubCommands() {
			writeCommand(&b, c)
		}
	}
	return b.Bytes()
}

func writeCommand(b *bytes.Buffer, c *cobra.Command) {
	fmt.Fprintf(b, "\n## %s\n\n", c.CommandPath())
	fmt.Fprintf(b, "    %s\n\n%s.\n", usage(c), c.Short)
	if c.Long != "" {
		fmt.Fprintf(b, "\n%s\n", strings.TrimSpace(c.Long))
	}
	if c.Example != "" {
		fmt.Fprintf(b, "\n```\n%s\n```\n", strings.ReplaceAll(strings.TrimPrefix(c.Example, "  "), "\n  ", "\n"))
	}
	if flags := ownFlags(c); len(flags) > 0 {
		b.WriteString("\n")
		writeFlags(b, flags)
	}
}

func writeFlags(b *bytes.Buffer, flags []*pflag.Flag) {
	b.WriteString("| flag | meaning | default |\n| --- | --- | --- |\n")
	for _, f := range flags {
		name := "`--" + f.Name + "`"
		if f.Shorthand != "" {
			name += ", `-" + f.Shorthand + "`"
		}
		value := f.DefValue
		if value == "false" || value == "[]" || value == "0s" {
			value = ""
		}
		if value != "" {
			value = "`" + value + "`"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", name, cell(f.Usage), value)
	}
}

// ownFlags are those of the command alone, without those of every command and --help.
func ownFlags(c *cobra.Command) (flags []*pflag.Flag) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		shared := c.HasParent() && c.Root().PersistentFlags().Lookup(f.Name) != nil
		if f.Name != "help" && !f.Hidden && !shared {
			flags = append(flags, f)
		}
	})
	return flags
}

// allCommands are the command and those below it, in the order in which they are shown.
func allCommands(c *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{c}
	for _, sub := range c.Commands() {
		if sub.Hidden || sub.Name() == "help" || sub.Name() == "completion" {
			continue
		}
		all = append(all, allCommands(sub)...)
	}
	return all
}

// anchor is the address that GitHub gives to the command's headline.
func anchor(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// cell is a text that can stand in a table of Markdown.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`).Replace(text)
}

// TestCommandsInPages holds that every command of dorc that a page shows exists,
// with its flags.
func TestCommandsInPages(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	count := 0
	for _, page := range append(pages, "../../README.md", "../../CHANGELOG.md") {
		data, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, line := range shown(string(data)) {
			count++
			if err := accepts(line); err != nil {
				t.Errorf("%s: %s: %v", filepath.Base(page), line, err)
			}
		}
	}
	assert.Greater(t, count, 40)
}

var (
	inBlock = regexp.MustCompile(`(?m)^(?:\$ |    )?(?:bin/)?(dorc [a-z].*)$`)
	inLine  = regexp.MustCompile("`(?:bin/)?(dorc [a-z][^`]*)`")
	// notation is how pages write what can be left out or chosen.
	notation = regexp.MustCompile(`[\[\]…]|\.\.\.|'[^']*'|[<>] ?\S+.txt`)
)

// shown are the commands in a page's code.
func shown(text string) (lines []string) {
	blocks := regexp.MustCompile("(?ms)^```\\w*\n(.*?)^```$")
	for _, b := range blocks.FindAllStringSubmatch(text, -1) {
		for _, m := range inBlock.FindAllStringSubmatch(b[1], -1) {
			lines = append(lines, strings.Split(m[1], " && ")...)
		}
	}
	for _, m := range inLine.FindAllStringSubmatch(blocks.ReplaceAllString(text, ""), -1) {
		lines = append(lines, m[1])
	}
	return lines
}

// accepts says what is wrong with the command or a flag of the line. Arguments
// are not looked at: pages often leave them out.
func accepts(line string) error {
	line, _, _ = strings.Cut(notation.ReplaceAllString(line, ""), " < ")
	words := strings.Fields(line)[1:]
	root := newRoot(&app{})
	if len(words) > 0 && words[0] == "help" {
		return nil
	}
	// "export|import" is both of them.
	for i, w := range words {
		if before, rest, several := strings.Cut(w, "|"); several && !strings.HasPrefix(w, "-") {
			other := append(append(append([]string{"dorc"}, words[:i]...), rest), words[i+1:]...)
			if err := accepts(strings.Join(other, " ")); err != nil {
				return err
			}
			words[i] = before
		}
	}
	cmd, rest, err := root.Find(words)
	if err != nil {
		return err
	}
	if cmd.HasSubCommands() && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") && rest[0] != "<command>" {
		return fmt.Errorf("there is no command %q", rest[0])
	}
	for _, w := range rest {
		name, _, _ := strings.Cut(w, "=")
		switch {
		case strings.HasPrefix(name, "--") && name != "--help":
			if cmd.Flags().Lookup(name[2:]) == nil && cmd.InheritedFlags().Lookup(name[2:]) == nil {
				return fmt.Errorf("there is no flag %s", name)
			}
		case len(name) == 2 && name[0] == '-':
			if cmd.Flags().ShorthandLookup(name[1:]) == nil && cmd.InheritedFlags().ShorthandLookup(name[1:]) == nil {
				return fmt.Errorf("there is no flag %s", name)
			}
		}
	}
	return nil
}

func TestAccepts(t *testing.T) {
	assert.NoError(t, accepts("dorc apply infra --env prod --yes"))
	assert.NoError(t, accepts("dorc state export|import|recover <instance> [--env E]"))
	assert.Error(t, accepts("dorc aply infra"))
	assert.Error(t, accepts("dorc state exprot infra"))
	assert.Error(t, accepts("dorc state export|imprt infra"))
	assert.Error(t, accepts("dorc run weather --pyton x"))
}
