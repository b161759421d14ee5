package jinja_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/jinja"
)

// Each kind of mistake once, with its place as people read it.
func TestMistakes(t *testing.T) {
	for source, want := range map[string]string{
		"SELECT {{ a }":                            `1:13: there is no bracket that } closes`,
		"SELECT 1\nWHERE x = {{ ds":                `2:11: the tag is not closed`,
		"a {# b":                                   `1:3: the comment is not closed`,
		"{% raw %}{{":                              `1:1: the raw block is not closed`,
		"é日 {{ f(1] }}":                            `1:10: the bracket ( is closed by ]`,
		"{{ 'a }}":                                 `1:4: the text in quotes is not closed`,
		`{{ 'a\xz' }}`:                             `1:6: the escape \x needs 2 digits`,
		`{{ '\U00110000' }}`:                       `1:5: there is no such character`,
		`{{ '\N{}' }}`:                             `1:5: the escape \N needs the name of a character in braces`,
		"{{ a ? b }}":                              `1:6: the character ? has no meaning here`,
		"{{ a² }}":                                 `1:4: a name has a character that names do not have`,
		"{% if x %}\n  {{ y }}":                    `1:4: the tag "if" is not closed`,
		"{% if x %}{% endfor %}":                   `1:14: the tag "endfor" ends nothing here`,
		"{% fro x in y %}":                         `1:4: there is no tag "fro"`,
		"{{ }}":                                    `1:4: there is the end of the expression, "}}" where a value should be`,
		"{{ a b }}":                                `1:6: there is "b" where "}}" should be`,
		"{{ a|uper }}":                             `1:6: there is no filter "uper"`,
		"{{ a is defind }}":                        `1:9: there is no test "defind"`,
		"{{ a is string is string }}":              `1:16: two tests stand behind each other`,
		"{{ f(a=1, 2) }}":                          `1:11: the arguments of a call are in the wrong order`,
		"{{ f(a=1, a=2) }}":                        `1:11: the argument "a" is there twice`,
		"{{ a.'b' }}":                              `1:6: there is a text in quotes where the name of an attribute should be`,
		"{{ a[1, 2:3] }}":                          `1:6: a slice stands beside another subscript`,
		"{% set true = 1 %}":                       `1:8: "true" is a value, and no name`,
		"{% for loop in x %}{% endfor %}":          `1:8: "loop" is the loop itself, and no name for its items`,
		"{% macro f(a=1, b) %}{% endmacro %}":      `1:18: the parameter "b" has no default, and stands behind one that has`,
		"{% macro f(a, a) %}{% endmacro %}":        `1:15: there are two parameters "a"`,
		"{% call f %}{% endcall %}":                `1:9: a macro must be called here`,
		"{% block a %}{% endblock %}{% block a %}": `1:37: the block "a" is there twice`,
		"{% block a-b %}{% endblock %}":            `1:11: a block's name has no hyphens`,
		"{% from 'a' import _b %}":                 `1:20: "_b" cannot be imported`,
		"{% for x in y %}{% extends 'a' %}{% endfor %}": `1:20: extends stands in the tag "for"`,
		"{% 'a' %}": `1:4: there is a text in quotes where the name of a tag should be`,
		"{{ " + strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200) + " }}": `1:49: the template is nested too deeply`,
	} {
		_, err := jinja.Parse(source)
		if assert.NotNil(t, err, source) {
			assert.Equal(t, want, err.Error(), source)
		}
	}
}

func TestHints(t *testing.T) {
	for source, want := range map[string]string{
		"{% inclde 'a' %}":            `Did you mean "include"?`,
		"{{ a|uper }}":                `Did you mean "upper"?`,
		"{% if x %}\n{% endfor %}":    `The tag "if" of line 1 is open.`,
		"{% if x %}{% elif y %}":      "Write {% endif %} where it ends.",
		"{% for x in y %}{% else %}":  "Write {% endfor %} where it ends.",
		"{{ a|date_format('%Y') }}":   "",
		"{{ f(1] }}":                  "Write ).",
		"{% set x %}{% if a %}{{ b }": "",
	} {
		_, err := jinja.Parse(source)
		if assert.NotNil(t, err, source) {
			assert.Equal(t, want, err.Hint, source)
		}
	}
}

func TestNames(t *testing.T) {
	template, err := jinja.Parse(`{% set cutoff = macros.ds_add(ds, -params.days) %}
{% for t in params['tables'] if is_incremental() %}{{ t|default(x.y, true) }}{{ params.days }}{% endfor %}{{ f(key=value) }}`)
	require.Nil(t, err)
	var names []string
	for _, v := range template.Variables {
		names = append(names, v.Name)
	}
	assert.Equal(t, []string{"macros", "ds", "params", "is_incremental", "t", "x", "f", "value"}, names)
	assert.Equal(t, jinja.Variable{Name: "is_incremental", Line: 2, Column: 33}, template.Variables[3])
	assert.Equal(t, []string{"cutoff", "t"}, template.Given)
	assert.True(t, template.Uses("is_incremental"))
	assert.False(t, template.Uses("key"))
	assert.Equal(t, []jinja.Attribute{
		{Variable: "macros", Name: "ds_add", Line: 1, Column: 24},
		{Variable: "params", Name: "days", Line: 1, Column: 43},
		{Variable: "params", Name: "tables", Line: 2, Column: 20},
		{Variable: "x", Name: "y", Line: 2, Column: 67},
		{Variable: "params", Name: "days", Line: 2, Column: 88},
	}, template.Attributes)
}

func TestLoads(t *testing.T) {
	template, err := jinja.Parse("{% include 'sql/a.sql' %}{% import ('b') as b %}{% from x ~ '.sql' import c %}\n{% include ['a', \"b\"] ignore missing %}{% extends 'base' %}")
	require.Nil(t, err)
	assert.Equal(t, []jinja.Load{
		{Tag: "include", Names: []string{"sql/a.sql"}, Line: 1, Column: 12},
		{Tag: "import", Names: []string{"b"}, Line: 1, Column: 36},
		{Tag: "from", Line: 1, Column: 57},
		{Tag: "include", Names: []string{"a", "b"}, Line: 2, Column: 12},
		{Tag: "extends", Names: []string{"base"}, Line: 2, Column: 51},
	}, template.Loads)
}

// FuzzParse holds that no template ends the program, and that places are in the text.
func FuzzParse(f *testing.F) {
	for _, source := range table {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		template, err := jinja.Parse(source)
		if err == nil {
			require.NotNil(t, template)
			return
		}
		lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(source), "\n")
		require.True(t, err.Line >= 1 && err.Line <= len(lines), "%q: %v", source, err)
		require.True(t, err.Column >= 1 && err.Column <= len([]rune(lines[err.Line-1]))+1, "%q: %v", source, err)
		require.NotEmpty(t, err.Reason)
	})
}
