package airflow

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Catalog knows the operators of a line. It is safe for concurrent use.
type Catalog struct {
	// Airflow is the version of Airflow whose operators they are.
	Airflow string
	// Base are the arguments of BaseOperator, which most operators accept.
	Base []string

	covers, beyond []string
	rows           map[string]string
	moved          map[string]string
	read           sync.Map // of *Operator
}

var catalogs sync.Map // a func() (*Catalog, error) for each line

// Catalog is the operators of the image's line. It is read when it is first asked for,
// and shared. The error is for an Image that is not from this package.
func (i Image) Catalog() (*Catalog, error) {
	if !slices.Contains(Lines(), i.Line) {
		return nil, fmt.Errorf("dorc has no catalog of operators for Airflow %q", i.Line)
	}
	load, _ := catalogs.LoadOrStore(i.Line, sync.OnceValues(func() (*Catalog, error) { return readCatalog(i.Line) }))
	return load.(func() (*Catalog, error))()
}

// Operator is the operator of a dotted class name.
func (c *Catalog) Operator(class string) (*Operator, bool) {
	if found, ok := c.read.Load(class); ok {
		return found.(*Operator), true
	}
	row, ok := c.rows[class]
	if !ok {
		return nil, false
	}
	found, _ := c.read.LoadOrStore(class, readOperator(class, row, c.Base))
	return found.(*Operator), true
}

// Moved is the name that an old name of a class has today: of Airflow 1.10's contrib, of
// modules that were renamed, or of operators that went to a provider. The class of
// today need not be in the catalog: its provider may not be preinstalled.
func (c *Catalog) Moved(class string) (today string, ok bool) {
	today, ok = c.moved[class]
	return today, ok
}

// Covers tells whether the class would be in the catalog if it existed: its package is
// one that the line has. What it does not cover, a package from PyPI may bring.
func (c *Catalog) Covers(class string) bool {
	below := func(module string) bool { return strings.HasPrefix(class, module+".") }
	return slices.ContainsFunc(c.covers, below) && !slices.ContainsFunc(c.beyond, below)
}

// Operators are the dotted names of all operators, sorted.
func (c *Catalog) Operators() []string {
	names := make([]string, 0, len(c.rows))
	for name := range c.rows {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Nearest is the dotted name that a wrong one most likely meant, or "". A class of the
// same name elsewhere goes before a name that is spelt alike.
func (c *Catalog) Nearest(class string) string {
	all := c.Operators()
	short := class[strings.LastIndexByte(class, '.')+1:]
	var same []string
	for _, name := range all {
		if strings.HasSuffix(name, "."+short) {
			same = append(same, name)
		}
	}
	if len(same) > 0 {
		if near := problem.Nearest(class, same); near != "" {
			return near
		}
		return same[0]
	}
	if near := problem.Nearest(class, all); near != "" && strings.Contains(class, ".") {
		return near
	}
	byShort := map[string]string{}
	shorts := make([]string, 0, len(all))
	for _, name := range all {
		s := name[strings.LastIndexByte(name, '.')+1:]
		if byShort[s] == "" {
			byShort[s] = name
			shorts = append(shorts, s)
		}
	}
	return byShort[problem.Nearest(short, shorts)]
}
