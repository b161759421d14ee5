package venv

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/local/run/python"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Options say which environment is wanted.
type Options struct {
	// Image is a Composer image, of whose line the packages are.
	Image airflow.Image
	// Cache is the folder for what can be made again (settings.CacheDir). Environments
	// are in "airflow" below it; any number of processes may share it.
	Cache string
	// Amazon adds the amazon provider to the line's packages. Default: false.
	Amazon bool
	// More are requirements in the form of a requirements file, such as "duckdb==1.4.2",
	// that are installed besides and change no package of the line. They are the
	// caller's own and nothing from a config repo. Default: none.
	More []string
	// Python is the interpreter to make it with. Default: the image's minor version in PATH.
	Python string
	// Progress hears the lines of the installer. Default: nobody.
	Progress func(line string)
}

// Environment is a finished environment.
type Environment struct {
	// Python is its interpreter.
	Python string
	// Bin is the folder with the programs, airflow among them.
	Bin string
	// Made tells that this call made it, rather than found it.
	Made bool
}

// Make returns the environment of an image's line. The first call makes it, with uv when
// that is in PATH, else with pip; whoever wants it meanwhile waits. One that was broken
// off is begun anew. What a person can mend, such as a missing Python, is a problem.Problem.
func Make(ctx context.Context, o Options) (Environment, error) {
	interpreter, err := interpreter(ctx, o)
	if err != nil {
		return Environment{}, err
	}
	progress := o.Progress
	if progress == nil {
		progress = func(string) {}
	}
	cache, err := filepath.Abs(o.Cache)
	if err != nil {
		return Environment{}, err
	}
	all := python.Environments{Folder: filepath.Join(cache, "airflow"), Interpreter: interpreter}
	lock := o.Image.Lock()
	if o.Amazon {
		lock = slices.Concat(lock, o.Image.AmazonLock())
	}
	made, err := all.Locked(ctx, lock, o.More, progress)
	if err != nil {
		return Environment{}, problem.OnDisk(err, "Airflow "+o.Image.Airflow, "making its Python environment", "Make room in "+cache+", or name another folder by DORC_CACHE_DIR.")
	}
	return Environment{Python: made.Python, Bin: filepath.Dir(made.Python), Made: made.Made}, nil
}

// interpreter is a Python of the image's minor version: the lock file is for no other.
func interpreter(ctx context.Context, o Options) (python.Interpreter, error) {
	found, err := python.Find(ctx, o.Python, o.Image.Python)
	if ctx.Err() != nil {
		return found, ctx.Err()
	}
	why := ""
	switch {
	case err != nil:
		why = err.Error()
	case found.MinorVersion() != o.Image.Python:
		why = fmt.Sprintf("%s is Python %s", found.Path, found.Version())
	default:
		return found, nil
	}
	return found, problem.Problem{
		Resource: "Airflow " + o.Image.Airflow, Summary: "there is no Python " + o.Image.Python + " to run it with",
		Detail: fmt.Sprintf("%s has Python %s, and its packages are locked for that; %s", o.Image.Version, o.Image.Python, why),
		Hint:   fmt.Sprintf("Install Python %[1]s with its venv module so that python%[1]s is in PATH (Debian: apt install python%[1]s-venv; with uv: uv python install %[1]s; macOS: brew install python@%[1]s).", o.Image.Python),
	}
}
