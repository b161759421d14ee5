package source

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/dbt"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// DbtRoot is where the images of dbt projects have the project, as <root>/<project>,
// and the profile, as <root>/profiles/profiles.yml.
const DbtRoot = "/dbt"

// dbtProfiles is the folder of the profile below DbtRoot.
const dbtProfiles = "profiles"

// DbtProfiles is the folder of the profile in the image, dbt's --profiles-dir.
const DbtProfiles = DbtRoot + "/" + dbtProfiles

// DbtProject is the folder of a dbt project in its image, dbt's --project-dir.
func DbtProject(name string) string { return path.Join(DbtRoot, name) }

// oldestDbt is the oldest dbt whose results can lie outside of the project's folder,
// which nobody may write in an image. Source:
// https://docs.getdbt.com/reference/global-configs/logs
var oldestDbt = [2]int{1, 5}

// DbtSettings are how the images of dbt projects are built: on the base image that
// the gcp block of the universal configuration names (config.DefaultDbtBase).
func DbtSettings(u config.Universal) (Settings, error) {
	s := Settings{Builder: Standard, Base: config.DefaultDbtBase}
	google, err := u.Google()
	if google != nil {
		s.Base = google.DbtBaseImage
	}
	return s, err
}

// readDbt reads a dbt project's folder, its lock file and its profile.
func readDbt(s *Snapshot) (problem.List, error) {
	root, err := os.OpenRoot(s.Repo.Root)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	project, problems := dbt.Read(root.FS(), s.Dbt.Path, s.Repo.Shown())
	s.Project = project
	if len(problems) > 0 {
		return problems, nil
	}
	if s.Dbt.Name == dbtProfiles {
		return problem.List{{File: problem.Shown(s.Dbt.Dir), Summary: "a dbt project cannot be called profiles",
			Detail: "in its image that is the folder of the profile", Hint: "Rename the folder."}}, nil
	}
	if old := tooOld(project.Lock); old != nil {
		return problem.List{*old}, nil
	}
	problems, err = s.readDbtFiles()
	if err == nil {
		problems = append(problems, s.readLock(project.Lock)...)
	}
	return problems, err
}

// tooOld refuses a dbt that would write into its project.
func tooOld(lock *dbt.Lock) *problem.Problem {
	var version [2]int
	for i, word := range strings.SplitN(lock.Dbt(), ".", 3)[:min(2, strings.Count(lock.Dbt(), ".")+1)] {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil // what it is, the installer will say
		}
		version[i] = n
	}
	if version[0] > oldestDbt[0] || version[0] == oldestDbt[0] && version[1] >= oldestDbt[1] {
		return nil
	}
	return &problem.Problem{
		File: lock.Shown, Summary: "this dbt is too old for an image",
		Detail: fmt.Sprintf("dbt %s is pinned; before %d.%d dbt writes into its project's folder, which nobody may change in an image", lock.Dbt(), oldestDbt[0], oldestDbt[1]),
		Hint:   "Lock a later dbt. What it changes for a project: https://docs.getdbt.com/docs/dbt-versions/core-upgrade",
	}
}

// readLock takes the lock file as the requirements.
func (s *Snapshot) readLock(lock *dbt.Lock) problem.List {
	s.Requirements.Roots = []string{lock.File}
	names := []string{lock.File}
	if path.Base(lock.File) == lockFile {
		names = append(names, path.Join(path.Dir(lock.File), projectFile))
	}
	for _, name := range names {
		s.Requirements.Files = append(s.Requirements.Files, File{Name: name, Path: filepath.Join(s.Repo.Root, filepath.FromSlash(name)), open: s.opener(name)})
	}
	return readAll(s.Requirements.Files)
}
