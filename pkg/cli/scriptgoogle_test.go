package cli_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dorc-dev/dorc/internal/googletest"
)

// googles are the stand-ins of the scripts that run, by folder.
type googles struct{ server *googletest.Server }

// google starts a stand-in for Google Cloud that has what a JSON file says, and leads
// dorc to it by lines in .env; or puts a fault before it, takes the faults away, or
// checks that a request came.
//
//	google start <file>
//	google fault <JSON>
//	google mend
//	google environment <name> <state> [image]
//	[!] google asked <method> <text of the path>
func google(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: google start|fault|mend|asked ...")
	}
	if args[0] == "start" {
		startGoogle(ts, args[1])
		return
	}
	started, ok := ts.Value(googles{}).(*googles)
	if !ok || started.server == nil {
		ts.Fatalf("google start comes first")
	}
	switch args[0] {
	case "fault":
		var f googletest.Fault
		ts.Check(json.Unmarshal([]byte(args[1]), &f))
		started.server.Fault(f)
	case "mend":
		started.server.Mend()
	case "asked":
		came := slices.ContainsFunc(started.server.Requests(), func(r string) bool {
			return strings.HasPrefix(r, args[1]+" ") && strings.Contains(r, args[2])
		})
		if came == neg {
			ts.Fatalf("the requests were:\n%s", strings.Join(started.server.Requests(), "\n"))
		}
	case "environment":
		e := googletest.Environment{State: args[2]}
		if len(args) > 3 {
			e.Image = args[3]
		}
		started.server.AddEnvironment(args[1], e)
	default:
		ts.Fatalf("unknown: google %s", args[0])
	}
}

func startGoogle(ts *testscript.TestScript, file string) {
	var has struct {
		Projects  map[string]googletest.Project
		Workflows map[string]googletest.Workflow
		Jobs      []googletest.Job
		// Environments are Composer's.
		Environments map[string]googletest.Environment
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &has))
	server := googletest.Start()
	ts.Defer(server.Stop)
	for id, p := range has.Projects {
		server.AddProject(id, p)
	}
	for name, w := range has.Workflows {
		server.AddWorkflow(name, w)
	}
	for _, j := range has.Jobs {
		server.AddJob(j, "BASIC: Workers have started.", "ERROR: No such column: dy")
	}
	for name, e := range has.Environments {
		server.AddEnvironment(name, e)
	}
	ts.Value(googles{}).(*googles).server = server
	lines := []string{"GOOGLE_OAUTH_ACCESS_TOKEN=" + googletest.Token}
	for name, value := range server.Endpoints() {
		lines = append(lines, name+"="+value)
	}
	slices.Sort(lines)
	ts.Check(os.WriteFile(ts.MkAbs(".env"), []byte(ts.ReadFile(".env")+strings.Join(lines, "\n")+"\n"), 0o600))
}
