package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dorc-dev/dorc/pkg/local/objects"
	"github.com/dorc-dev/dorc/pkg/local/run/gcs"
)

// storage serves buckets by Cloud Storage's own protocol, in folders of the same names:
//
//	storage <folder> <bucket>...
func storage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: storage <folder> <bucket>...")
	}
	store, err := objects.New(ts.MkAbs(args[0]), served(args[1:]))
	ts.Check(err)
	endpoint, err := gcs.Start(store, gcs.Listener{Missing: func(string) {}, Created: func(gcs.Object) {}})
	ts.Check(err)
	ts.Defer(func() { ts.Check(endpoint.Close()) })
	ts.Setenv("STORAGE_EMULATOR_HOST", endpoint.URL)
}

// served are buckets by their names.
type served []string

func (s served) Buckets() (all []objects.Bucket, err error) {
	for _, name := range s {
		all = append(all, objects.Bucket{Name: name, Created: time.Unix(1, 0)})
	}
	return all, nil
}

func (s served) Bucket(name string) (*objects.Bucket, error) {
	for _, n := range s {
		if n == name {
			return &objects.Bucket{Name: name, Created: time.Unix(1, 0)}, nil
		}
	}
	return nil, nil
}

// idIn is the artifact's id that a file, or what a command printed, ends with.
func idIn(ts *testscript.TestScript, file string) string {
	words := strings.Fields(ts.ReadFile(file))
	if len(words) == 0 {
		ts.Fatalf("%s has no id", file)
	}
	return words[len(words)-1]
}

// deployed deploys the artifact whose id is in a file. With make it is done by DOP's name:
//
//	deployed <file> <environment> [make]
func deployed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: deployed <file> <environment> [make]")
	}
	id := idIn(ts, args[0])
	if len(args) > 2 {
		ts.Setenv("DOP_ARTIFACT_ID", id)
		ts.Check(ts.Exec(ts.Getenv("REPO")+"/scripts/artifact.sh", "deploy"))
		return
	}
	ts.Check(ts.Exec("dorc", "artifact", "deploy", id, "--env", args[1]))
}

// refused is deployed for what ends with an exit code, by default 1:
//
//	refused <file> <environment> [code]
func refused(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: refused <file> <environment> [code]")
	}
	code := "1"
	if len(args) > 2 {
		code = args[2]
	}
	exits(ts, false, []string{code, "dorc", "artifact", "deploy", idIn(ts, args[0]), "--env", args[1]})
}

// tampered replaces the SQL of an artifact in the folder of its bucket by another file:
//
//	tampered <file> <folder> <other>
func tampered(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: tampered <file> <folder> <other>")
	}
	found, err := filepath.Glob(filepath.Join(ts.MkAbs(args[1]), "artifacts", idIn(ts, args[0]), "files", "dags", "*", "*", "*", "sql", "*.sql"))
	ts.Check(err)
	if len(found) == 0 {
		ts.Fatalf("the artifact has no SQL")
	}
	ts.Check(os.WriteFile(found[0], []byte(ts.ReadFile(args[2])), 0o600))
}
