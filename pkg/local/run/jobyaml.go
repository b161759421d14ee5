package run

import (
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/local/run/dataflow"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// yamlMain is the name of dorc's main program for Beam YAML, and yamlParameter its option with the pipeline.
const (
	yamlMain      = "dorc_yaml_main.py"
	yamlParameter = "yaml_pipeline_file"
)

// elsewhere are transforms of Beam YAML that need a service of Google's which the local cloud does not have.
var elsewhere = map[string]string{
	"ReadFromBigQuery": "BigQuery", "WriteToBigQuery": "BigQuery", "ReadFromPubSub": "Pub/Sub", "WriteToPubSub": "Pub/Sub",
	"ReadFromPubSubLite": "Pub/Sub Lite", "WriteToPubSubLite": "Pub/Sub Lite", "ReadFromSpanner": "Spanner", "WriteToSpanner": "Spanner",
	"ReadFromSpannerCDC": "Spanner", "ReadFromBigTable": "Bigtable", "WriteToBigTable": "Bigtable", "ReadFromFirestore": "Firestore",
	"WriteToFirestore": "Firestore", "DicomSearch": "Cloud Healthcare",
}

// java are transforms of Beam YAML that Beam runs in Java only.
var java = []string{
	"AssignTimestamps-java", "IcebergAddFiles", "ReadFromDebezium", "ReadFromIbmMQ", "ReadFromIcebergCDC", "ReadFromJdbc", "ReadFromJms", "ReadFromKafka", "ReadFromKinesis",
	"ReadFromMongoDB", "ReadFromMySql", "ReadFromOracle", "ReadFromPostgres", "ReadFromSnowflake", "ReadFromSqlServer", "ReadFromTFRecord", "Sql", "WriteToDatadog",
	"WriteToIbmMQ", "WriteToJdbc", "WriteToJms", "WriteToKafka", "WriteToKinesis", "WriteToMongoDB", "WriteToMySql", "WriteToOracle", "WriteToPostgres", "WriteToSnowflake",
	"WriteToSqlServer", "WriteToTFRecord",
}

// typed finds the types of transforms in a text that may have Jinja in it.
var typed = regexp.MustCompile(`\btype:\s*['"]?([A-Za-z][\w-]*)`)

// runnableYAML refuses a pipeline in Beam YAML that cannot run on this machine: Beam would start and fail with a
// message of another thing.
func (f *flow) runnableYAML(j dataflow.Job, main string) error {
	at := j.Parameters[yamlParameter]
	bucket, key, ok := strings.Cut(strings.TrimPrefix(at, "gs://"), "/")
	if main != yamlMain || !ok || !strings.HasPrefix(at, "gs://") {
		return nil
	}
	data, err := f.read(bucket, key)
	if err != nil {
		return problem.Problem{Resource: "job " + j.Name, Summary: "its Beam YAML cannot be read", Detail: at + ": " + err.Error(), Hint: "apply its pipeline again"}
	}
	services, needJava := map[string]bool{}, map[string]bool{}
	for _, m := range typed.FindAllStringSubmatch(string(data), -1) {
		if elsewhere[m[1]] != "" {
			services[m[1]+" ("+elsewhere[m[1]]+")"] = true
		}
		if slices.Contains(java, m[1]) {
			needJava[m[1]] = true
		}
	}
	if len(services) > 0 {
		return problem.Problem{Resource: "job " + j.Name, Summary: "it needs services that the local cloud does not have",
			Detail: "its transforms " + strings.Join(slices.Sorted(maps.Keys(services)), ", "),
			Hint:   "run it on the cloud target (DORC_TARGET=cloud); here a pipeline reads and writes files of buckets"}
	}
	if len(needJava) == 0 {
		return nil
	}
	if _, err := exec.LookPath("java"); err != nil {
		return problem.Problem{Resource: "job " + j.Name, Summary: "it needs Java, and there is none in PATH",
			Detail: "Beam runs these transforms in Java: " + strings.Join(slices.Sorted(maps.Keys(needJava)), ", "),
			Hint:   "install a Java runtime of version 11 or later; Beam then fetches its jars from Maven"}
	}
	return nil
}
