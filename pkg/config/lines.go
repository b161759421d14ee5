package config

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/yamlutil"
	"gopkg.in/yaml.v3"
)

// setLines sets key in a block mapping by changing the key's lines, or by
// adding lines behind the mapping's last key. A nil mapping is an empty document.
func setLines(text string, mapping *yaml.Node, key string, value any) (string, error) {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	} else {
		lines[len(lines)-1] += "\n"
	}
	if mapping == nil {
		return addLines(lines, len(lines), 0, key, value)
	}
	if mapping.Kind != yaml.MappingNode || mapping.Style&yaml.FlowStyle != 0 || len(mapping.Content) == 0 {
		return "", errLayout
	}
	indent := mapping.Content[0].Column - 1
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		k := mapping.Content[i]
		start, end := k.Line-1, regionEnd(lines, k.Line, indent)
		if start < 0 || start >= len(lines) || !blank(lines[start], indent) {
			return "", errLayout
		}
		if k.Value == key {
			return changeLines(lines, start, end, indent, key, value)
		}
		if i+2 >= len(mapping.Content) {
			return addLines(lines, end, indent, key, value)
		}
	}
	return "", errLayout
}

// regionEnd is the index behind the last line of the value whose key stands on
// line (from 1): lines that are indented deeper, and the items of a list, which
// may stand below the key itself. Blank lines and comments at the end belong to
// what follows.
func regionEnd(lines []string, line, indent int) int {
	end := line
	for i := line; i < len(lines); i++ {
		content := strings.TrimSpace(lines[i])
		depth := len(lines[i]) - len(strings.TrimLeft(lines[i], " "))
		switch {
		case content == "":
			continue
		case depth > indent:
		case depth == indent && (content == "-" || strings.HasPrefix(content, "- ")):
		case strings.HasPrefix(content, "#"):
			continue
		default:
			return end
		}
		end = i + 1
	}
	return end
}

// blank says that the line has nothing but spaces before column indent.
func blank(line string, indent int) bool {
	return len(line) > indent && strings.TrimLeft(line[:indent], " ") == "" && line[indent] != ' '
}

// changeLines edits the lines of one key as a document of their own.
func changeLines(lines []string, start, end, indent int, key string, value any) (string, error) {
	var region strings.Builder
	for _, line := range lines[start:end] {
		if strings.TrimSpace(line) == "" {
			region.WriteString("\n")
			continue
		}
		if !strings.HasPrefix(line, strings.Repeat(" ", indent)) {
			return "", errLayout
		}
		region.WriteString(line[indent:])
	}
	edited, err := yamlutil.Edit([]byte(region.String()), map[string]any{key: value})
	if err != nil {
		return "", err
	}
	return splice(lines, start, end, indent, string(edited)), nil
}

func addLines(lines []string, at, indent int, key string, value any) (string, error) {
	added, err := yamlutil.YamlEncode(map[string]any{key: value})
	if err != nil {
		return "", err
	}
	return splice(lines, at, at, indent, string(added)), nil
}

func splice(lines []string, start, end, indent int, text string) string {
	var added []string
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			line = strings.Repeat(" ", indent) + line
		}
		added = append(added, line)
	}
	return strings.Join(slices.Concat(lines[:start], added, lines[end:]), "")
}
