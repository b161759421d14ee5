package airflow

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/run/process"
)

// DefaultPort is where the pages of a local Airflow are, as DOP had them.
const DefaultPort = 8082

// Server is a whole Airflow: its scheduler, its pages and what belongs to them.
type Server struct {
	// Python has Airflow, and Local is what its tasks call.
	Python Python
	Local  Local
	// Home keeps its database and logs from one start to the next; Dags is the folder
	// of DAGs, which is watched.
	Home, Dags string
	// Port is that of the pages, on the loopback interface.
	Port int
	// Variables are those of the Composer environment, Overrides its Airflow options.
	Variables, Overrides map[string]string
	// Cache keeps what can be made again.
	Cache string
	// Wrap puts processes into containers; nil runs them on this machine. Containers says
	// which, and is nil then too.
	Wrap       Wrap
	Containers *Containers
}

// Wrap makes of a program of Airflow's one that runs it in a container. name is the
// part's, or Database.
type Wrap func(ctx context.Context, name string, program *process.Program) (*process.Program, error)

// program is the program itself, or in a container.
func (w Wrap) program(ctx context.Context, name string, program *process.Program) (*process.Program, error) {
	if w == nil {
		return program, nil
	}
	return w(ctx, name, program)
}

// Containers are those of a server.
type Containers struct {
	// Engine is "docker" or "podman", Program the path of its command line.
	Engine  string `json:"engine"`
	Program string `json:"program"`
	// Prefix begins the names of all; the name of a part follows.
	Prefix string `json:"prefix"`
}

// Address is that of the pages, without a slash at the end.
func (s Server) Address() string { return "http://localhost:" + strconv.Itoa(s.Port) }

// Scheduler is the part that every Airflow has.
const Scheduler = "scheduler"

// skipServeLogs keeps a part from serving the logs of tasks on a port of all interfaces: they
// are files here, which the pages read themselves.
const skipServeLogs = "--skip-serve-logs"

// parts are the processes of an Airflow, by name.
func (s Server) parts() map[string][]string {
	port := strconv.Itoa(s.Port)
	if s.Python.three() {
		return map[string][]string{
			"api-server":    {"api-server", "--host", "127.0.0.1", "--port", port, "--workers", "1"},
			Scheduler:       {"scheduler", skipServeLogs},
			"dag-processor": {"dag-processor"},
			"triggerer":     {"triggerer", skipServeLogs},
		}
	}
	return map[string][]string{
		"webserver": {"webserver", "--hostname", "127.0.0.1", "--port", port, "--workers", "1"},
		Scheduler:   {"scheduler", skipServeLogs},
		"triggerer": {"triggerer", skipServeLogs},
	}
}

// Environment are the variables of every process of the server, and of a command beside it.
func (s Server) Environment() (map[string]string, error) {
	secret, err := s.secret()
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	maps.Copy(all, s.Variables)
	maps.Copy(all, overrides(s.Overrides))
	maps.Copy(all, basic(s.Python, s.Home, s.Dags))
	maps.Copy(all, s.Local.variables())
	maps.Copy(all, map[string]string{
		"PATH":                     s.Python.Bin + string(os.PathListSeparator) + all["PATH"],
		"DOP_SERVICE_PROJECT_PATH": s.Dags,
		"DORC_TASK_RETRIES":        "0",
		// New files are seen within seconds: someone is waiting for them.
		"AIRFLOW__SCHEDULER__DAG_DIR_LIST_INTERVAL":          "10",
		"AIRFLOW__SCHEDULER__MIN_FILE_PROCESS_INTERVAL":      "10",
		"AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL":           "10",
		"AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL":  "10",
		"AIRFLOW__WEBSERVER__SECRET_KEY":                     secret,
		"AIRFLOW__WEBSERVER__BASE_URL":                       s.Address(),
		"AIRFLOW__WEBSERVER__SHOW_TRIGGER_FORM_IF_NO_PARAMS": "True",
		// A busy laptop takes longer to load Airflow than the 120 s after which it gives up.
		"AIRFLOW__WEBSERVER__WEB_SERVER_MASTER_TIMEOUT": "600",
		"AIRFLOW__WEBSERVER__WEB_SERVER_WORKER_TIMEOUT": "600",
		"AIRFLOW__WEBSERVER__CONFIG_FILE":               filepath.Join(s.Home, "webserver_config.py"),
		"AIRFLOW__API__SECRET_KEY":                      secret,
		"AIRFLOW__API__BASE_URL":                        s.Address(),
		"AIRFLOW__API_AUTH__JWT_SECRET":                 secret,
		"AIRFLOW__CORE__EXECUTION_API_SERVER_URL":       s.Address() + "/execution/",
		"AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
	})
	return all, nil
}

// secret signs the cookies and tokens of this home. Nobody else may read it.
func (s Server) secret() (string, error) {
	file := filepath.Join(s.Home, "secret")
	data, err := os.ReadFile(file)
	if err == nil && len(data) == 64 {
		return string(data), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	text := hex.EncodeToString(random)
	return text, os.WriteFile(file, []byte(text), 0o600)
}

// serverGrace is how long the processes may take to end: Airflow ends tasks, which cancel
// what they have started.
var serverGrace = 15 * time.Second

// Run runs the server until the context ends, or one of its processes does. The
// processes write into logs/<name>.log in the home.
func (s Server) Run(ctx context.Context, say func(string)) error {
	if err := s.prepare(ctx, say); err != nil {
		return err
	}
	environment, err := s.Environment()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var working sync.WaitGroup
	for _, name := range slices.Sorted(maps.Keys(s.parts())) {
		log, err := os.OpenFile(s.LogFile(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			stop(err)
			break
		}
		argv := append([]string{s.Python.airflow()}, s.parts()[name]...)
		working.Go(func() {
			defer log.Close()
			program, err := s.Wrap.program(ctx, name, &process.Program{Argv: argv, Dir: s.Home, Environment: list(environment)})
			if err != nil {
				stop(err)
				return
			}
			program.Grace, program.Mark = serverGrace, mark(s.Home, name)
			ending, err := process.Run(ctx, program, nil, func(line string) {
				// A log that cannot be written has nobody to tell.
				_, _ = log.WriteString(line + "\n")
			})
			if ctx.Err() == nil {
				stop(fmt.Errorf("airflow %s ended: %v%s; its log is %s", name, err, ending, log.Name()))
			}
		})
	}
	<-ctx.Done()
	working.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// LogFile is the log of one of the processes.
func (s Server) LogFile(name string) string { return filepath.Join(s.Home, "logs", name+".log") }

// Parts are the names of the processes, sorted.
func (s Server) Parts() []string { return slices.Sorted(maps.Keys(s.parts())) }

// versionFile has the version of Airflow that a home's database is of.
const versionFile = "version"

// prepare makes the home, and its database, of this version.
func (s Server) prepare(ctx context.Context, say func(string)) error {
	if err := os.MkdirAll(filepath.Join(s.Home, "logs"), 0o700); err != nil {
		return err
	}
	if err := write(s.Home); err != nil {
		return err
	}
	version := filepath.Join(s.Home, versionFile)
	had, err := os.ReadFile(version)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	switch old := strings.TrimSpace(string(had)); {
	case old == s.Python.Version:
		return nil
	case old != "":
		// Airflow moves a database forwards only, and never from 2 to 3 in SQLite without care.
		kept := filepath.Join(s.Home, "airflow-"+old+".db")
		if err := os.Rename(filepath.Join(s.Home, databaseFile), kept); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		say(fmt.Sprintf("the home was that of Airflow %s; its database is kept as %s and a new one is made", old, kept))
	}
	if err := database(ctx, s.Python, s.Cache, s.Home, s.Wrap, say); err != nil {
		return err
	}
	return os.WriteFile(version, []byte(s.Python.Version+"\n"), 0o644)
}

// healthy tells whether the pages answer.
func (s Server) healthy(ctx context.Context) bool {
	path := "/health"
	if s.Python.three() {
		path = "/api/v2/monitor/health"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	// Not by the name localhost: that can lead to another address, which is another program's.
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+strconv.Itoa(s.Port)+path, nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}
