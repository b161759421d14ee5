package dockerfile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
)

func TestInputs(t *testing.T) {
	const everything = "everything"
	for text, want := range map[string][]string{
		"FROM a\nRUN x": nil,
		standard(t):     {"requirements.tx[t]", "src/raw/weather/fetch/*", "src/raw/weather/requirements.tx[t]"},
		"FROM a\nARG CODE_PATH=other\nCOPY $CODE_PATH .":                             {"src/raw/weather/fetch"},
		"ARG CODE_PATH\nFROM a\nARG CODE_PATH\nCOPY $CODE_PATH .":                    {"src/raw/weather/fetch"},
		"FROM a\nCOPY $CODE_PATH .":                                                  {everything},
		"FROM a\nARG CODE_PATH\nENV X=$CODE_PATH/y\nCOPY ${X}/z .":                   {"src/raw/weather/fetch/y/z"},
		"FROM a\nARG V\nCOPY a$V .":                                                  {"a"},
		"FROM a\nARG V=1 W=$V\nCOPY a${W} .":                                         {"a1"},
		"ARG V=1\nFROM a\nARG V\nCOPY a$V .":                                         {"a1"},
		"FROM a\nARG TARGETARCH\nCOPY bin-$TARGETARCH .":                             {"bin-amd64"},
		"FROM a\nCOPY $FROM_BASE/x .":                                                {everything},
		"FROM a\nCOPY . .":                                                           {everything},
		"FROM a\nCOPY ./ x":                                                          {everything},
		"FROM a\nCOPY ../../up.txt /etc/x.txt .":                                     {"etc/x.txt", "up.txt"},
		"FROM a\nCOPY [\"a b\", \".\"]\nCOPY \"c\" .":                                {"a b", "c"},
		"FROM a\nADD https://example.org/x git@example.org:x.git lib.tgz .":          {"lib.tgz"},
		"FROM a\nCOPY <<EOF x\nhello\nEOF":                                           nil,
		"FROM a\nRUN --mount=type=bind,target=/x y":                                  {everything},
		"FROM a\nRUN --mount=target=/x y":                                            {everything},
		"FROM a\nARG CODE_PATH\nRUN --mount=type=bind,src=$CODE_PATH/r,target=/x y":  {"src/raw/weather/fetch/r"},
		"FROM a\nRUN --mount=type=bind,from=img,target=/x y":                         nil,
		"FROM a\nRUN --mount=type=cache,target=/x --mount=type=secret,id=S y":        nil,
		"FROM a AS dev\nCOPY . .\nFROM b\nCOPY x .":                                  {"x"},
		"FROM a AS one\nCOPY y .\nFROM b\nCOPY --from=one /z .":                      {"y"},
		"FROM a AS one\nCOPY y .\nFROM b\nCOPY --from=0 /z .":                        {"y"},
		"FROM a AS one\nCOPY y .\nFROM b\nRUN --mount=from=one,target=/x y":          {"y"},
		"FROM a AS one\nARG CODE_PATH\nENV X=y\nFROM One\nCOPY $X$CODE_PATH/../.. .": {"ysrc/raw"},
		"FROM a\nONBUILD COPY . .\nFROM b\nCOPY x .":                                 {"x"},
		"FROM a AS o\nONBUILD COPY . .\nFROM o\nCOPY x .":                            {everything},
	} {
		t.Run(text, func(t *testing.T) {
			in, err := read(t, text).Inputs("src/raw/weather/fetch")
			require.NoError(t, err)
			if len(want) == 1 && want[0] == everything {
				assert.True(t, in.Everything)
				return
			}
			assert.False(t, in.Everything)
			assert.Equal(t, want, append([]string(nil), in.Patterns...))
		})
	}
	for _, path := range []string{"", ".", "/etc", "../x", "a/../../b", "a//b"} {
		_, err := read(t, "FROM a").Inputs(path)
		assert.Error(t, err, path)
	}
}

// tree writes files with their own name as content.
func tree(t *testing.T, files ...string) string {
	root := t.TempDir()
	for _, name := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(name), 0o600))
	}
	return root
}

func TestFiles(t *testing.T) {
	all := []string{".git/HEAD", ".dorc/state", "README.md", "requirements.txt", "src/l/p/requirements.txt", "src/l/p/f/lambda.py",
		"src/l/p/f/sub/deep/x.txt", "src/l/p/g/lambda.py", "lib/a.py", "lib/b.pyc", "lib[1]/c.py"}
	for name, tt := range map[string]struct {
		dockerfile, ignoreName, ignored string
		want                            []string
	}{
		"standard": {dockerfile: short1, want: []string{"Dockerfile", "requirements.txt", "src/l/p/f/lambda.py", "src/l/p/f/sub/deep/x.txt", "src/l/p/requirements.txt"}},
		"nothing":  {dockerfile: "FROM a", want: []string{"Dockerfile"}},
		"everything": {dockerfile: "FROM a\nCOPY . .", want: []string{"Dockerfile", "README.md", "lib/a.py", "lib/b.pyc", "lib[1]/c.py", "requirements.txt",
			"src/l/p/f/lambda.py", "src/l/p/f/sub/deep/x.txt", "src/l/p/g/lambda.py", "src/l/p/requirements.txt"}},
		"wildcards stay in their folder": {dockerfile: "FROM a\nCOPY */a.py lib/?.py src/*/p/*.txt .", want: []string{"Dockerfile", "lib/a.py", "src/l/p/requirements.txt"}},
		"a name that looks like one":     {dockerfile: "FROM a\nCOPY lib[1] .", want: []string{"Dockerfile", "lib[1]/c.py"}},
		"ignored": {dockerfile: "FROM a\nCOPY lib src .", ignoreName: ".dockerignore", ignored: "# no\n**/*.pyc\nsrc/*/*/f\n!src/*/*/f/sub\n",
			want: []string{".dockerignore", "Dockerfile", "lib/a.py", "src/l/p/f/sub/deep/x.txt", "src/l/p/g/lambda.py", "src/l/p/requirements.txt"}},
		"ignored folder":     {dockerfile: "FROM a\nCOPY lib src .", ignoreName: ".dockerignore", ignored: "src\n", want: []string{".dockerignore", "Dockerfile", "lib/a.py", "lib/b.pyc"}},
		"Dockerfile ignored": {dockerfile: "FROM a\nCOPY lib .", ignoreName: "Dockerfile.dockerignore", ignored: "*\n", want: []string{"Dockerfile", "Dockerfile.dockerignore"}},
	} {
		t.Run(name, func(t *testing.T) {
			root := tree(t, all...)
			require.NoError(t, os.WriteFile(filepath.Join(root, Name), []byte(tt.dockerfile), 0o600))
			if tt.ignoreName != "" {
				require.NoError(t, os.WriteFile(filepath.Join(root, tt.ignoreName), []byte(tt.ignored), 0o600))
			}
			f, err := Read(root)
			require.NoError(t, err)
			in, err := f.Inputs("src/l/p/f")
			require.NoError(t, err)
			files, err := in.Files(root)
			require.NoError(t, err)
			assert.Equal(t, tt.want, files)
			for _, file := range append(all, tt.want...) {
				ok, err := in.Match(file)
				require.NoError(t, err)
				assert.Equal(t, assert.Contains(quiet{}, tt.want, file), ok, file)
			}
		})
	}
}

// quiet lets assert.Contains answer without failing.
type quiet struct{}

func (quiet) Errorf(string, ...any) {}

// The file of Docker's own name counts before the general one.
func TestIgnoreFiles(t *testing.T) {
	root := tree(t, "a", "b")
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o600))
	}
	write(Name, "FROM x\nCOPY a b .")
	write(".dockerignore", "a")
	write("Dockerfile.dockerignore", "b")
	f, err := Read(root)
	require.NoError(t, err)
	in, err := f.Inputs("src/f")
	require.NoError(t, err)
	files, err := in.Files(root)
	require.NoError(t, err)
	assert.Equal(t, []string{"Dockerfile", "Dockerfile.dockerignore", "a"}, files)

	write("Dockerfile.dockerignore", "a\n[")
	_, err = f.Inputs("src/f")
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Equal(t, filepath.Join(root, "Dockerfile.dockerignore"), p.File)
}

// BuildKit follows a link that is a source: what is behind it counts.
func TestFilesBehindLinks(t *testing.T) {
	for name, copies := range map[string]string{"the source": "link.py", "above the source": "folder/x.py", "matched": "*.py"} {
		t.Run(name, func(t *testing.T) {
			root := tree(t, "real/x.py", "other.txt")
			require.NoError(t, os.Symlink("real/x.py", filepath.Join(root, "link.py")))
			require.NoError(t, os.Symlink("real", filepath.Join(root, "folder")))
			require.NoError(t, os.WriteFile(filepath.Join(root, Name), []byte("FROM a\nCOPY "+copies+" ./"), 0o600))
			f, err := Read(root)
			require.NoError(t, err)
			in, err := f.Inputs("src/f")
			require.NoError(t, err)
			files, err := in.Files(root)
			require.NoError(t, err)
			assert.Equal(t, []string{"Dockerfile", "folder", "link.py", "other.txt", "real/x.py"}, files)
		})
	}
}
