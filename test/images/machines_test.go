package images

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// machine is how another machine with the same repo differs.
type machine struct {
	name  string
	umask string
	// mode is that of files; executables have the mode for folders.
	mode, folders fs.FileMode
	age           time.Duration
	zone, locale  string
	uv            bool
	// user is another user id, or 0 for who runs the test.
	user uint32
	// folder is where the repo is, below the project's.
	folder string
}

// The same repo gives the same images anywhere: in other folders, at other times,
// by other users, with other umasks, time zones, locales, caches and installers.
func TestMachinesGiveOneDigest(t *testing.T) {
	t.Parallel()
	x := newIndex(t)
	for _, name := range []string{"good", "better", "best"} {
		x.wheel(t, name, "1.0", any3)
	}
	original := onRegistry(t, fetch, clean)
	original.write("repo/requirements.txt", "good==1.0\nbetter\n")
	original.write("repo/src/raw/weather/requirements.txt", "best>=1\n")
	original.write("repo/src/"+fetch+"/run.sh", "#!/bin/sh\nexit 0\n")
	require.NoError(t, os.Chmod(original.path("repo/src/"+fetch+"/run.sh"), 0o755)) //nolint:gosec // a program
	original.write("repo/src/"+fetch+"/données/über.csv", "1;2\n")
	original.write("repo/src/"+fetch+"/A.txt", "upper\n")
	original.write("repo/src/"+fetch+"/a.txt", "lower\n")

	first := map[string]string{}
	for _, m := range []machine{
		{name: "plain", umask: "022", mode: 0o644, folders: 0o755, zone: "UTC", locale: "C", folder: "repo"},
		{name: "closed", umask: "077", mode: 0o600, folders: 0o700, age: 20 * 365 * 24 * time.Hour, zone: "Pacific/Auckland", locale: "C.UTF-8", folder: "some where/else/config"},
		{name: "open", umask: "000", mode: 0o666, folders: 0o777, age: -time.Hour, zone: "America/St_Johns", locale: "tr_TR.UTF-8", folder: "r"},
		{name: "uv", umask: "027", mode: 0o640, folders: 0o750, age: time.Minute, zone: "UTC", locale: "C", folder: "repo", uv: true},
		{name: "another user", umask: "002", mode: 0o664, folders: 0o775, age: time.Minute, zone: "UTC", locale: "C", folder: "repo", user: 65534},
	} {
		t.Run(m.name, func(t *testing.T) {
			p := original.on(t, m)
			p.env["PIP_INDEX_URL"] = x.address()
			built := p.digests(m)
			require.Len(t, built, 2)
			for function, digest := range built {
				if first[function] == "" {
					first[function] = digest
				}
				assert.Equal(t, first[function], digest, function)
			}
		})
	}
}

// on is the project's repo on another machine.
func (p *project) on(t *testing.T, m machine) *project {
	t.Helper()
	other := newProject(t)
	other.registry = p.registry
	for _, name := range []string{"DORC_TARGET", "AWS_ACCOUNT", "AWS_REGION"} {
		other.env[name] = p.env[name]
	}
	other.env["TZ"], other.env["LC_ALL"], other.env["LANG"] = m.zone, m.locale, m.locale
	other.withoutUV()
	if m.uv {
		other.withUV()
	}
	require.NoError(t, os.RemoveAll(other.path("repo")))
	other.write(".env", "CONFIG_REPO_PATH="+m.folder+"\n")
	copied(t, p.path("repo"), other.path(m.folder), m)
	if m.user != 0 {
		other.givenTo(m.user)
	}
	return other
}

// copied copies a folder as the machine has it.
func copied(t *testing.T, from, to string, m machine) {
	t.Helper()
	var paths []string
	require.NoError(t, filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		paths = append(paths, target)
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o600)
	}))
	for _, path := range paths {
		mode := m.mode
		if info, err := os.Stat(path); err == nil && info.IsDir() || strings.HasSuffix(path, ".sh") {
			mode = m.folders
		}
		require.NoError(t, os.Chmod(path, mode))
		then := time.Now().Add(-m.age)
		require.NoError(t, os.Chtimes(path, then, then))
	}
}

// givenTo makes the project another user's, who can run this test's binary too.
func (p *project) givenTo(user uint32) {
	p.t.Helper()
	if os.Getuid() != 0 {
		p.t.Skip("only root can be another user")
	}
	if _, err := os.Stat("/usr/bin/python3"); err != nil {
		p.t.Skip("there is no Python for all users in /usr/bin")
	}
	p.env["PATH"] = "/usr/bin:/bin"
	delete(p.env, "PYENV_ROOT")
	for _, dir := range []string{p.dir, p.env["HOME"], p.env["TMPDIR"], p.env["DORC_CACHE_DIR"]} {
		require.NoError(p.t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Chown(path, int(user), int(user))
		}))
		for up := filepath.Dir(dir); up != os.TempDir() && len(up) > 1; up = filepath.Dir(up) {
			require.NoError(p.t, os.Chmod(up, 0o755)) //nolint:gosec // the test's own folder
		}
	}
}

// digests builds the images on the machine.
func (p *project) digests(m machine) map[string]string {
	p.t.Helper()
	program := os.Args[0]
	if m.user != 0 { // go test keeps the binary where only its user can go
		data, err := os.ReadFile(program)
		require.NoError(p.t, err)
		program = filepath.Join(p.dir, "dorc")
		require.NoError(p.t, os.WriteFile(program, data, 0o755)) //nolint:gosec // a program
	}
	cmd := exec.CommandContext(p.t.Context(), "/bin/sh", "-c", `umask "$1"; shift; exec "$@"`, "sh", m.umask, program, "image", "build", "--json")
	if m.user != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: m.user, Gid: m.user}}
	}
	r := p.run(cmd)
	require.Zero(p.t, r.code, r.stderr)
	found := map[string]string{}
	for line := range strings.Lines(r.stdout) {
		var built struct{ Function, Digest string }
		require.NoError(p.t, json.Unmarshal([]byte(line), &built))
		found[built.Function] = built.Digest
	}
	return found
}
