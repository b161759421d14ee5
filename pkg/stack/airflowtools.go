package stack

import (
	"context"
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/airflow/venv"
	"github.com/dorc-dev/dorc/pkg/local/run"
	local "github.com/dorc-dev/dorc/pkg/local/run/airflow"
	"github.com/dorc-dev/dorc/pkg/local/run/bigquery"
	"github.com/dorc-dev/dorc/pkg/local/run/python"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// airflowPackage is the package whose version is Airflow's.
const airflowPackage = "apache-airflow"

// AirflowTools make the Python environments of a DAG run on the local target, once, in the cache folder.
func (p *Project) AirflowTools() run.Tools {
	return run.Tools{Airflow: p.airflowPython, BigQuery: p.bigQueryPython}
}

// airflowPython makes the environment with the Airflow of a Composer image: that of the image's line, with the
// amazon provider when it is among the packages that are installed besides. Others are not.
func (p *Project) airflowPython(ctx context.Context, imageVersion string, packages map[string]string, say func(string)) (local.Python, error) {
	image, err := airflow.Find(imageVersion)
	if err != nil {
		return local.Python{}, err
	}
	made, err := venv.Make(ctx, venv.Options{Image: image, Cache: p.Settings.CacheDir, Amazon: airflow.BringsAmazon(packages), Progress: say})
	if err != nil {
		return local.Python{}, err
	}
	return local.Python{Bin: made.Bin, Version: image.Packages()[airflowPackage]}, nil
}

// bigQueryPython makes the environment that the local BigQuery runs with.
func (p *Project) bigQueryPython(ctx context.Context, say func(string)) (string, error) {
	found, err := python.Find(ctx, "", bigquery.MinPython)
	if err != nil {
		return "", err
	}
	if found.Major != 3 || found.Minor < 11 {
		return "", problem.Problem{Resource: "local BigQuery", Summary: "there is no Python to run it with",
			Detail: found.Path + " is Python " + found.Version() + "; it needs " + bigquery.MinPython + " or newer", Hint: "Install Python " + bigquery.MinPython + " or newer."}
	}
	made, err := python.Environments{Folder: filepath.Join(p.Settings.CacheDir, "bigquery"), Interpreter: found}.Locked(ctx, bigquery.Requirements(), nil, say)
	if err != nil {
		return "", problem.OnDisk(err, "local BigQuery", "making its Python environment", "Make room in "+p.Settings.CacheDir+", or name another folder by DORC_CACHE_DIR.")
	}
	return made.Python, nil
}
