package airflow

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"strings"
)

//go:embed catalog/*.gz
var catalogFiles embed.FS

// readCatalog reads catalog/<line>.gz, which gen/catalog.py made. It has lines of text,
// each a word and what follows:
//
//	airflow 2.10.5
//	covers airflow.operators airflow.providers.google …   packages that are covered
//	beyond airflow.providers.google.….mysql_to_gcs …      their modules that are not
//	base task_id owner …                                  BaseOperator's arguments
//	class <name> <facts> <parameters> <given> <template fields> <template endings> <instead>
//	moved <old name> <today's name>
//
// The parts of class and moved are separated by tabs, the elements of a part by spaces.
// The rows of classes are taken apart when they are asked for: a run needs few of them.
func readCatalog(line string) (*Catalog, error) {
	packed, err := catalogFiles.ReadFile("catalog/" + line + ".gz")
	if err != nil {
		return nil, err
	}
	unpack, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("catalog %s: %w", line, err)
	}
	data, err := io.ReadAll(unpack)
	if err != nil {
		return nil, fmt.Errorf("catalog %s: %w", line, err)
	}
	c := &Catalog{rows: map[string]string{}, moved: map[string]string{}}
	for row := range strings.Lines(string(data)) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(row, "\n"), " ")
		name, more, _ := strings.Cut(rest, "\t")
		switch word {
		case "airflow":
			c.Airflow = rest
		case "covers":
			c.covers = strings.Fields(rest)
		case "beyond":
			c.beyond = strings.Fields(rest)
		case "base":
			c.Base = strings.Fields(rest)
		case "class":
			c.rows[name] = more
		case "moved":
			c.moved[name] = more
		default:
			return nil, fmt.Errorf("catalog %s: unknown row %q", line, word)
		}
	}
	return c, nil
}

// readOperator reads the row of a class. Facts are letters: a abstract, b base, d
// deprecated, o open, s sensor. A parameter is written *name! when it goes by keyword
// only (*) and is required (!).
func readOperator(class, row string, base []string) *Operator {
	parts := strings.Split(row, "\t")
	for len(parts) < 6 {
		parts = append(parts, "")
	}
	fact := func(letter string) bool { return strings.Contains(parts[0], letter) }
	o := &Operator{
		Class: class, Sensor: fact("s"), Abstract: fact("a"), Open: fact("o"), Base: fact("b"), Deprecated: fact("d"),
		Given: strings.Fields(parts[2]), TemplateFields: strings.Fields(parts[3]), TemplateExt: strings.Fields(parts[4]),
		Instead: strings.Fields(parts[5]), base: base,
	}
	for _, text := range strings.Fields(parts[1]) {
		name := strings.TrimSuffix(strings.TrimPrefix(text, "*"), "!")
		o.Parameters = append(o.Parameters, Parameter{Name: name, Required: strings.HasSuffix(text, "!"), Keyword: strings.HasPrefix(text, "*")})
	}
	return o
}
