package dag

import (
	"strings"
	"unicode"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// simpleTypes are those of BigQuery without a parameter, aliases included, from
// https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types. The
// number is how many parameters one may have, as in NUMERIC(10, 2).
var simpleTypes = map[string]int{
	"INT64": 0, "INT": 0, "SMALLINT": 0, "INTEGER": 0, "BIGINT": 0, "TINYINT": 0, "BYTEINT": 0, "FLOAT64": 0,
	"BOOL": 0, "BOOLEAN": 0, "STRING": 1, "BYTES": 1, "DATE": 0, "DATETIME": 0, "TIME": 0, "TIMESTAMP": 0,
	"NUMERIC": 2, "DECIMAL": 2, "BIGNUMERIC": 2, "BIGDECIMAL": 2, "GEOGRAPHY": 0, "INTERVAL": 0, "JSON": 0,
}

// badType says why a text is no type of an argument, and which one is near.
func badType(text string) (why, near string) {
	if strings.EqualFold(strings.Join(strings.Fields(text), " "), "ANY TYPE") {
		return "", ""
	}
	p := &typeParser{words: typeWords(text)}
	p.parse(0)
	if p.why == "" && p.next() != "" {
		p.fail("there is more behind it")
	}
	return p.why, p.near
}

// typeWords splits a type into words, numbers and signs.
func typeWords(text string) (words []string) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		end := strings.IndexFunc(text, func(r rune) bool {
			return r != '_' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
		})
		switch {
		case end < 0:
			end = len(text)
		case end == 0:
			end = len(string([]rune(text)[:1]))
		}
		words = append(words, text[:end])
		text = text[end:]
	}
	return words
}

type typeParser struct {
	words     []string
	why, near string
}

// maxTypeDepth is BigQuery's own limit of nested types.
const maxTypeDepth = 15

func (p *typeParser) next() string {
	if len(p.words) == 0 {
		return ""
	}
	return p.words[0]
}

func (p *typeParser) take() string {
	word := p.next()
	if word != "" {
		p.words = p.words[1:]
	}
	return word
}

func (p *typeParser) expect(word string) {
	if p.why == "" && p.take() != word {
		p.fail("there should be a " + word)
	}
}

func (p *typeParser) fail(why string) {
	if p.why == "" {
		p.why = why
	}
}

func (p *typeParser) parse(depth int) {
	if p.why != "" {
		return
	}
	if depth > maxTypeDepth {
		p.fail("it is nested too deeply")
		return
	}
	name := strings.ToUpper(p.take())
	parameters, simple := simpleTypes[name]
	switch {
	case simple:
		p.parameters(parameters)
	case name == "ARRAY" || name == "RANGE":
		p.expect("<")
		p.parse(depth + 1)
		p.expect(">")
	case name == "STRUCT":
		p.expect("<")
		p.fields(depth)
		p.expect(">")
	case name == "":
		p.fail("a type is missing")
	default:
		known := []string{"ARRAY", "RANGE", "STRUCT", "ANY TYPE"}
		for t := range simpleTypes {
			known = append(known, t)
		}
		p.fail("there is no type " + name)
		p.near = problem.Nearest(name, known)
	}
}

// parameters reads those of STRING(10) or NUMERIC(10, 2).
func (p *typeParser) parameters(most int) {
	if p.next() != "(" || most == 0 {
		return
	}
	p.take()
	for i := 0; i < most && p.why == ""; i++ {
		if number := p.take(); number == "" || strings.Trim(number, "0123456789") != "" {
			p.fail("a length is a number")
		}
		if p.next() != "," {
			break
		}
		p.take()
	}
	p.expect(")")
}

// fields reads those of a STRUCT, whose names may be left out.
func (p *typeParser) fields(depth int) {
	for p.why == "" {
		if len(p.words) > 1 && isIdentifier(p.words[0]) && isIdentifier(p.words[1]) {
			p.take()
		}
		p.parse(depth + 1)
		if p.next() != "," {
			return
		}
		p.take()
	}
}
