package dockerfile

import (
	"regexp"
	"strings"
)

// simple is a command of a shell script, with what joins it to the one before:
// "", "&&" or "||".
type simple struct {
	op    string
	words []string
}

// variable is $NAME or ${NAME}.
var variable = regexp.MustCompile(`^\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))`)

// split reads the part of the shell's language that the standard form needs:
// words, quotes, known variables, &&, ||, ; and if … then … fi. For anything else
// ok is false.
func split(text string, s *scope) (lists [][]simple, ok bool) {
	sp := &splitter{rest: text, scope: s}
	for sp.rest != "" {
		if !sp.next() {
			return nil, false
		}
	}
	if sp.op != "" && !sp.started() {
		return nil, false // a script that ends with && or ||
	}
	sp.endList()
	return conditions(sp.lists)
}

type splitter struct {
	rest  string
	scope *scope

	word   strings.Builder
	inWord bool
	op     string
	words  []string
	list   []simple
	lists  [][]simple
}

func (sp *splitter) started() bool { return sp.inWord || len(sp.words) > 0 }

func (sp *splitter) endWord() {
	if sp.inWord {
		sp.words = append(sp.words, sp.word.String())
		sp.word.Reset()
		sp.inWord = false
	}
}

func (sp *splitter) endCommand(op string) {
	sp.endWord()
	if len(sp.words) > 0 {
		sp.list = append(sp.list, simple{op: sp.op, words: sp.words})
		sp.words = nil
	}
	sp.op = op
}

func (sp *splitter) endList() {
	sp.endCommand("")
	if len(sp.list) > 0 {
		sp.lists = append(sp.lists, sp.list)
		sp.list = nil
	}
}

// next consumes one piece.
func (sp *splitter) next() bool {
	text := sp.rest
	take := func(n int) { sp.rest = text[n:] }
	switch c := text[0]; {
	case c == ' ' || c == '\t' || c == '\r':
		take(1)
		sp.endWord()
	case strings.HasPrefix(text, "&&") || strings.HasPrefix(text, "||"):
		if !sp.started() {
			return false
		}
		take(2)
		sp.endCommand(text[:2])
	case c == '\n' && sp.op != "" && !sp.started():
		take(1) // a line may end with && or ||
	case c == ';' || c == '\n':
		if c == ';' && sp.op != "" && !sp.started() {
			return false
		}
		take(1)
		sp.endList()
	case c == '#' && !sp.inWord:
		end := strings.IndexByte(text, '\n')
		if end < 0 {
			end = len(text)
		}
		take(end)
	case c == '\'':
		end := strings.IndexByte(text[1:], '\'')
		if end < 0 {
			return false
		}
		sp.add(text[1 : 1+end])
		take(end + 2)
	case c == '"':
		return sp.quoted()
	case c == '$':
		return sp.variable()
	case strings.IndexByte("&|<>(){}`\\*?~!", c) >= 0:
		return false
	default:
		sp.add(text[:1])
		take(1)
	}
	return true
}

func (sp *splitter) add(s string) {
	sp.word.WriteString(s)
	sp.inWord = true
}

// quoted reads a word in double quotes.
func (sp *splitter) quoted() bool {
	sp.add("")
	sp.rest = sp.rest[1:]
	for sp.rest != "" {
		switch c := sp.rest[0]; c {
		case '"':
			sp.rest = sp.rest[1:]
			return true
		case '\\', '`':
			return false
		case '$':
			if !sp.variable() {
				return false
			}
		default:
			sp.add(sp.rest[:1])
			sp.rest = sp.rest[1:]
		}
	}
	return false
}

// variable replaces one that the Dockerfile sets, or the task root.
func (sp *splitter) variable() bool {
	m := variable.FindStringSubmatch(sp.rest)
	if m == nil {
		return false
	}
	value, ok := sp.scope.Get(m[1] + m[2])
	if !ok {
		return false
	}
	sp.add(value)
	sp.rest = sp.rest[len(m[0]):]
	return true
}

// conditions writes  if TEST; then A; [else B;] fi  as  TEST && A [|| B].
func conditions(lists [][]simple) (out [][]simple, ok bool) {
	for i := 0; i < len(lists); i++ {
		if lists[i][0].words[0] != "if" {
			out = append(out, lists[i])
			continue
		}
		joined, n, ok := condition(lists[i:])
		if !ok {
			return nil, false
		}
		out = append(out, joined)
		i += n - 1
	}
	return out, true
}

// condition joins the lists of one if, each of one command, and counts them.
func condition(lists [][]simple) (joined []simple, n int, ok bool) {
	op := map[string]string{"if": "", "then": "&&", "else": "||"}
	for _, word := range []string{"if", "then", "else"} {
		if n >= len(lists) {
			return nil, 0, false
		}
		words := lists[n][0].words
		if words[0] == "fi" {
			break
		}
		if words[0] != word || len(words) < 2 || len(lists[n]) != 1 {
			return nil, 0, false
		}
		joined = append(joined, simple{op: op[word], words: words[1:]})
		n++
	}
	if n < 2 || n >= len(lists) || len(lists[n]) != 1 || len(lists[n][0].words) != 1 || lists[n][0].words[0] != "fi" {
		return nil, 0, false
	}
	return joined, n + 1, true
}
