package artifact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPythonDAGs(t *testing.T) {
	for text, want := range map[string][]string{
		`DAG("x")`:                                                 {"x"},
		`DAG ( 'x' )`:                                              {"x"},
		`with DAG("x", schedule=None) as d: ...`:                   {"x"},
		`d = airflow.models.DAG(dag_id="x")`:                       {"x"},
		`DAG(dag_id = 'x', start_date=f(1, g(2)))`:                 {"x"},
		`DAG(start_date=datetime(2024,1,1), dag_id="raw__orders")`: {"raw__orders"},
		"DAG(\n  default_args={'a': (1, [2]), \"dag_id\": \"no\"},\n  dag_id='x',\n)":                        {"x"},
		"DAG(  # DAG(\"no\")\n  # dag_id='no',\n  schedule=\"a)b\",\n  tags=['(', \"it's\"],\n  dag_id='x')": {"x"},
		`DAG(doc_md="""a " dag_id="no") ( """, dag_id="x")`:                                                  {"x"},
		`DAG(doc="a \" dag_id='no'", dag_id=r"x")`:                                                           {"x"},
		`DAG("raw__" "orders")`:                                {"raw__orders"},
		"DAG(\n  dag_id=(\n    'raw__'\n    'orders'\n  ),\n)": {"raw__orders"},
		`DAG(f"x")`:  {"x"},
		`@dag("x") `: {"x"},
		"@dag(dag_id=\"x\", schedule=timedelta(days=1))\ndef f(): ...":     {"x"},
		"@airflow.decorators.dag(schedule=f(1), dag_id='x')\ndef f(): ...": {"x"},
		"@dag(schedule=None)\n@other(a='def no')\ndef x(): ...":            {"x"},
		"@dag\ndef x(): ...":                              {"x"},
		"@decorators.dag\n@other\nasync def x(): ...":     {"x"},
		`DAG("x"); DAG(dag_id="y"); run(DAG("z", f(1)))`:  {"x", "y", "z"},
		"a = \"open\nDAG('x')":                            {"x"},
		"# DAG('no')\n'''DAG('no')'''\nm = 'DAG(\"no\")'": nil,
		`DAG(name, "no")`:                                 nil,
		`DAG(f"{x}_y")`:                                   nil,
		`DAG("raw__" + x)`:                                nil,
		`DAG(dag_id=x or "no")`:                           nil,
		`DAG(description="no")`:                           nil,
		`DAG(f(dag_id="no"))`:                             nil,
		`DAG(**{"dag_id": "no"})`:                         nil,
		`MyDAG("no"); DAGS("no"); dag("no"); get_dag("no"); a.dag(dag_id="no")`: nil,
		`class DAG(Base): ...`: nil,
		`TriggerDagRunOperator(trigger_dag_id="no"); ExternalTaskSensor(external_dag_id="no", dag_id="no")`: nil,
		"@task(dag_id=\"no\")\ndef no(): ...": nil,
		"DAG(":                                nil, `DAG("no`: nil, `DAG('''no`: nil, `"\`: nil, "@dag": nil, "@dag(": nil, "": nil, `DAG("a b")`: nil,
	} {
		assert.Equal(t, want, pythonDAGs(text), "%s", text)
	}
}

// Whatever it reads, it ends, and finds nothing that is not there.
func FuzzPythonDAGs(f *testing.F) {
	f.Add("@dag(x)\ndef f(): DAG('x', f\"{y}\")")
	f.Add("((((\"'#DAG('x')\n\\")
	f.Fuzz(func(t *testing.T, text string) {
		for _, id := range pythonDAGs(text) {
			assert.True(t, id == "" || strings.Contains(text, id[:1]), id)
		}
	})
}
