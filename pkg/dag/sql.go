package dag

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/problem"
)

const (
	// maxSQL of a file in bytes. BigQuery's own limit of a query is 1 MB:
	// https://cloud.google.com/bigquery/quotas#query_jobs
	maxSQL = 1 << 20
	// maxSQLFiles is how many files a DAG may have.
	maxSQLFiles = 5_000
)

// sql reads the files of the folder sql, and gives each task its own.
func (r *reader) sql() {
	byPath := map[string]*SQLFile{}
	r.dag.SQL = r.sqlFiles()
	var names []string
	for i := range r.dag.SQL {
		f := &r.dag.SQL[i]
		byPath[f.Path] = f
		names = append(names, f.Path)
	}
	for _, t := range r.tasks {
		task := t.task
		if !task.isNative() || task.Target == Schema || task.Identifier == "" || airflowName.refuses(task.Identifier) != "" {
			continue
		}
		want := path.Join(SQLFolder, task.Identifier+".sql")
		if r.used[want] = true; byPath[want] != nil {
			task.SQL, task.SQLFile = byPath[want].Text, want
			if strings.TrimSpace(task.SQL) == "" {
				r.Problems = append(r.Problems, problem.Problem{File: r.shown(want), Summary: "the file has no SQL",
					Detail: "it is the query of the task " + task.Identifier, Hint: "Write it."})
			}
			continue
		}
		hint := "Write the query into it."
		if near := problem.Nearest(want, names); near != "" {
			hint = fmt.Sprintf("Did you mean %q?", near)
		}
		r.Refuse(t.identifier, fmt.Sprintf("there is no SQL for the task %q", tree.Shorten(task.Identifier)), "expected "+r.shown(want), hint)
	}
	r.templates(byPath)
}

// shown is a file of the pipeline's folder as problems name it.
func (r *reader) shown(file string) string {
	return filepath.Join(filepath.FromSlash(r.options.Dir), filepath.FromSlash(file))
}

// sqlFiles reads every .sql file in and below the folder sql.
func (r *reader) sqlFiles() (found []SQLFile) {
	err := fs.WalkDir(r.files, SQLFolder, func(p string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() || path.Ext(p) != ".sql":
			return nil
		case len(found) >= maxSQLFiles:
			return fmt.Errorf("there are more than %d files", maxSQLFiles)
		}
		data, err := readAtMost(r.files, p, maxSQL)
		why := ""
		switch {
		case err != nil:
			why = reason(err)
		case len(data) > maxSQL:
			why = fmt.Sprintf("it is larger than %d bytes, BigQuery's limit of a query", maxSQL)
		case !utf8.Valid(data) || slices.Contains(data, 0):
			why = "it is not text in UTF-8"
		}
		if why != "" {
			r.Problems = append(r.Problems, problem.Problem{File: r.shown(p), Summary: "the file cannot be read", Detail: why})
			data = nil
		}
		// BigQuery takes a byte order mark for a character that it does not know.
		found = append(found, SQLFile{Path: p, Text: strings.TrimPrefix(string(data), "\ufeff")})
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.Problems = append(r.Problems, problem.Problem{File: r.shown(SQLFolder), Summary: "the folder cannot be read", Detail: reason(err)})
	}
	slices.SortFunc(found, func(a, b SQLFile) int { return strings.Compare(a.Path, b.Path) })
	return found
}

// unused warns of files that no task needs.
func (r *reader) unused() {
	for _, f := range r.dag.SQL {
		if !r.used[f.Path] {
			r.dag.Warnings = append(r.dag.Warnings, problem.Problem{File: r.shown(f.Path), Summary: "no task uses this file",
				Detail: "a task's SQL is sql/<identifier>.sql", Hint: "Remove it, or write a task for it."})
		}
	}
}
