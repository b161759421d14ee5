package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// The config repo that is compiled, and how many of its DAGs Airflow parses.
const (
	dagCount   = 1000
	dagTasks   = 20
	dagsParsed = 50
)

// dagsResult are the results for DAGs without code.
type dagsResult struct {
	// alone are compilations that write nothing, cold those into a folder that is not
	// there, same into one that has everything, changed after one file of SQL.
	alone, cold, same, changed []sample
	// written is how many files one change wrote.
	written int
	// compiled and factory are what Airflow took for the same DAGs.
	compiled, factory []parsing
}

func dagsPart(w io.Writer, o options, work string) error {
	d := &dagsResult{}
	dir := filepath.Join(work, "dags")
	repo := filepath.Join(dir, "repo")
	if err := writeFiles(repo, dagRepo(dagCount)); err != nil {
		return err
	}
	ws := &workspace{dorc: o.dorc, dir: dir, repo: repo, limit: o.cap}
	for _, step := range []func(options, *workspace) error{d.measureCompile, d.measureChange, d.measureParse} {
		if err := step(o, ws); err != nil {
			return err
		}
	}
	d.print(w, o)
	return nil
}

func compileTo(ws *workspace, out string) (sample, error) {
	return ws.dorcLocal("dag", "compile", "--image-version", dagImage, "--out", out)
}

func (d *dagsResult) measureCompile(o options, ws *workspace) error {
	out := filepath.Join(ws.dir, "out")
	for round := range o.runs + 1 {
		say("%d DAGs of %d tasks compiled, run %d", dagCount, dagTasks, round)
		if err := os.RemoveAll(out); err != nil {
			return err
		}
		alone, err := ws.dorcLocal("dag", "compile", "--image-version", dagImage)
		if err != nil {
			return err
		}
		cold, err := compileTo(ws, out)
		if err != nil {
			return err
		}
		same, err := compileTo(ws, out)
		if err != nil {
			return err
		}
		if round > 0 {
			d.alone, d.cold, d.same = append(d.alone, alone), append(d.cold, cold), append(d.same, same)
		}
	}
	return nil
}

// measureChange changes one file of SQL, and compiles the repo.
func (d *dagsResult) measureChange(o options, ws *workspace) error {
	out := filepath.Join(ws.dir, "out")
	changed := filepath.Join(ws.repo, "src", "bench", "d0007", "sql", "t03.sql")
	for round := range o.runs + 1 {
		say("one file of SQL changed, run %d", round)
		if err := os.WriteFile(changed, fmt.Appendf(nil, "SELECT DATE '2020-01-01' AS day, %d AS n\n", round), 0o644); err != nil {
			return err
		}
		before := time.Now()
		took, err := compileTo(ws, out)
		if err != nil {
			return err
		}
		if d.written, err = writtenSince(out, before); err != nil {
			return err
		}
		if round > 0 {
			d.changed = append(d.changed, took)
		}
	}
	return nil
}

// writtenSince counts the files of DAGs and SQL that were written.
func writtenSince(dir string, since time.Time) (n int, err error) {
	err = filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) == ".json" {
			return err
		}
		info, err := e.Info()
		if err == nil && info.ModTime().After(since) {
			n++
		}
		return err
	})
	return n, err
}

// dagRepo is a config repo of DAGs, each with 20 tasks: a dataset, tables of which half
// are partitioned, views, assertions and a procedure that is called.
func dagRepo(count int) map[string]string {
	files := map[string]string{}
	for i := range count {
		folder := fmt.Sprintf("src/bench/d%04d/", i)
		text := fmt.Sprintf("description: DAG %d\nschedule_interval: \"%d 4 * * *\"\ntimezone: Europe/London\nschema: bench\nparams:\n  days: 7\n  market: LSE\ntasks:\n", i, i%60)
		for n, t := range dagTaskList() {
			text += fmt.Sprintf("  - identifier: t%02d\n    kind: {action: %s, target: %s}\n", n, t.action, t.target)
			if t.partitioned {
				text += "    partitioning: {field: day, data_type: date}\n"
			}
			if n > 0 {
				text += fmt.Sprintf("    dependencies: [t%02d]\n", max(0, n-1-n%3))
			}
			if t.sql != "" {
				files[folder+fmt.Sprintf("sql/t%02d.sql", n)] = t.sql
			}
		}
		files[folder+"dag.yaml"] = text
	}
	return files
}

type dagTask struct {
	action, target, sql string
	partitioned         bool
}

func dagTaskList() []dagTask {
	tasks := []dagTask{{action: "materialization", target: "schema"}}
	for n := 1; n < dagTasks-4; n++ {
		tasks = append(tasks, dagTask{action: "materialization", target: "table", partitioned: n%2 == 0,
			sql: "SELECT day, symbol, AVG(price) AS price\nFROM raw.prices\nWHERE market = {{ literal('market') }}\n{% if is_incremental() %}\n  AND day >= DATE_SUB(DATE('{{ ds }}'), INTERVAL {{ params.days }} DAY)\n{% endif %}\nGROUP BY day, symbol\n"})
	}
	return append(tasks,
		dagTask{action: "materialization", target: "view", sql: "SELECT * FROM bench.t01\n"},
		dagTask{action: "assertion", target: "assertion", sql: "SELECT COUNT(*) > 0 AS success, 'rows of {{ ds }}' AS description FROM bench.t01\n"},
		dagTask{action: "materialization", target: "stored_procedure", sql: "DELETE FROM bench.t01 WHERE day < '2000-01-01';\n"},
		dagTask{action: "invocation", target: "stored_procedure", sql: "CALL bench.t18();\n"},
	)
}

// parsing is what a process of Airflow took.
type parsing struct {
	// perDAG is the time for one file without that of imports, whole the process's.
	perDAG time.Duration
	whole  sample
}

func readParsing(name string, dags int) (time.Duration, error) {
	var said struct {
		Seconds float64
		DAGs    int
		Tasks   int
		Errors  map[string]string
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	if err := json.Unmarshal(data, &said); err != nil {
		return 0, err
	}
	if len(said.Errors) > 0 || said.DAGs != dags || said.Tasks != dags*dagTasks {
		return 0, errors.New("Airflow did not parse every DAG: " + string(data[:min(len(data), 2000)]))
	}
	return time.Duration(said.Seconds / float64(dags) * float64(time.Second)), nil
}
