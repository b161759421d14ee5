package airflow

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/internal/lockfile"
	"github.com/dorc-dev/dorc/pkg/local/run/process"
)

// files are what a home has besides its database: the plugin that tells dorc of
// tasks, and settings.
//
//go:embed files
var files embed.FS

// Python is an environment that has Airflow.
type Python struct {
	// Bin is the folder of its programs, with python and airflow.
	Bin string
	// Version is Airflow's, such as "2.10.5".
	Version string
}

// three tells Airflow 3 from Airflow 2.
func (p Python) three() bool { return !strings.HasPrefix(p.Version, "2.") }

// bytecode is the folder of what Python compiles, with the paths of the sources below it.
func (p Python) bytecode() string { return filepath.Join(filepath.Dir(p.Bin), "bytecode") }

// forget removes what was compiled of a folder's files: those of a run are of no use to another.
func (p Python) forget(folder string) error {
	if !filepath.IsAbs(folder) {
		return nil
	}
	return os.RemoveAll(filepath.Join(p.bytecode(), strings.TrimPrefix(folder, filepath.VolumeName(folder))))
}

func (p Python) airflow() string { return filepath.Join(p.Bin, "airflow") }

// write puts the plugin and the settings into a home.
func write(home string) error {
	return fs.WalkDir(files, "files", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(home, filepath.FromSlash(strings.TrimPrefix(name, "files")))
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		data, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o644)
	})
}

// Database is the name by which Wrap knows the process that makes a database.
const Database = "database"

// databaseFile is the name of Airflow's SQLite database in a home.
const databaseFile = "airflow.db"

// database puts a new database into a home. Airflow takes half a minute to make
// one, so it is made once for each version, in a cache folder, and copied.
func database(ctx context.Context, p Python, cache, home string, wrap Wrap, say func(string)) error {
	folder := filepath.Join(cache, "airflow-database", p.Version)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	unlock, err := lockfile.Lock(ctx, folder+".lock")
	if err != nil {
		return err
	}
	defer unlock()
	made := filepath.Join(folder, databaseFile)
	if _, err := os.Stat(made); errors.Is(err, fs.ErrNotExist) {
		if err := migrate(ctx, p, folder, wrap, say); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	return copyFile(made, filepath.Join(home, databaseFile))
}

// migrate makes a database under another name first, so that one that broke off is none.
func migrate(ctx context.Context, p Python, folder string, wrap Wrap, say func(string)) error {
	work, err := os.MkdirTemp(folder, "new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	say("making Airflow's database, once for this version")
	program, err := wrap.program(ctx, Database, &process.Program{
		Argv: []string{p.airflow(), "db", "migrate"}, Dir: work, Environment: list(basic(p, work, filepath.Join(work, "dags"))),
	})
	if err != nil {
		return err
	}
	var told []string
	ending, err := process.Run(ctx, program, nil, func(line string) { told = append(told, line) })
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case ending != "":
		return fmt.Errorf("airflow db migrate ended with %s:\n%s", ending, strings.Join(told[max(0, len(told)-15):], "\n"))
	}
	return os.Rename(filepath.Join(work, databaseFile), filepath.Join(folder, databaseFile))
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// Local is what stands in for Google Cloud, AWS and Kubernetes. An empty address is not set.
type Local struct {
	// BigQuery, Storage and Executions are addresses without a slash at the end.
	BigQuery, Executions string
	// Kubernetes is the path of a client configuration.
	Kubernetes string
	// Google are variables for Google's client libraries (gcs.Environment).
	Google map[string]string
	// Amazon are variables for AWS's.
	Amazon map[string]string
}

func (l Local) variables() map[string]string {
	out := map[string]string{
		// Composer has this connection; it says nothing, so the libraries' own rules hold.
		"AIRFLOW_CONN_GOOGLE_CLOUD_DEFAULT": "google-cloud-platform://",
		"AIRFLOW_CONN_KUBERNETES_DEFAULT":   "kubernetes://",
		"AIRFLOW_CONN_AWS_DEFAULT":          "aws://",
		"BIGQUERY_EMULATOR_HOST":            l.BigQuery,
		"DORC_WORKFLOW_EXECUTIONS":          l.Executions,
		"DOP_KUBE_CONFIG":                   l.Kubernetes,
		// Nobody is impersonated here: there are no accounts.
		"DOP_DBT_SERVICE_ACCOUNT": "",
	}
	maps.Copy(out, l.Google)
	maps.Copy(out, l.Amazon)
	return out
}

// pluginFolder is that of a home.
func pluginFolder(home string) string { return path.Join(filepath.ToSlash(home), "plugins") }
