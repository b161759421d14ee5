package dag_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/dag"
)

// BenchmarkRead reads and checks a DAG of 20 tasks with their SQL, as `make bench` has a thousand of.
func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	text.WriteString("schedule_interval: \"0 4 * * *\"\ntimezone: Europe/London\nschema: sales\nparams: {days: 7}\ntasks:\n")
	files := fstest.MapFS{}
	for i := range 19 {
		fmt.Fprintf(&text, "  - identifier: table_%d\n    kind: {action: materialization, target: table}\n    partitioning: {field: day, data_type: date}\n", i)
		if i > 0 {
			fmt.Fprintf(&text, "    dependencies: [table_%d]\n", i-1)
		}
		files[fmt.Sprintf("sql/table_%d.sql", i)] = &fstest.MapFile{Data: []byte("SELECT day, SUM(amount) AS amount\nFROM `sales.orders`\n" +
			"{% if is_incremental() %}WHERE day >= DATE_SUB('{{ ds }}', INTERVAL {{ params.days }} DAY){% endif %}\nGROUP BY day\n")}
	}
	text.WriteString("  - identifier: done\n    kind: {action: airflow_operator, target: airflow.operators.empty.EmptyOperator}\n    dependencies: [table_18]\n")
	files[dag.FileName] = &fstest.MapFile{Data: []byte(text.String())}
	o := dag.Options{Layer: "raw", Pipeline: "sales", Images: []airflow.Image{airflow.Default()}}
	for b.Loop() {
		if d, problems := dag.Read(files, o); len(problems) > 0 || len(d.Warnings) > 0 {
			b.Fatal(problems, d.Warnings)
		}
	}
}
