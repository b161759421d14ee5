package python

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const canary = "canary-7f3a9c51"

// However the credentials of an index are given, either tool finds its way, and
// they are in no file of the packages, no line of progress and no manifest.
func TestCredentialsStayOut(t *testing.T) {
	x := newIndex(t)
	x.user, x.password = "someone", canary
	hash := x.wheel(t, "private_thing", "1.0", any3, nil, map[string]string{"private_thing.py": "x = 1\n"})
	host := strings.TrimPrefix(x.URL, "http://")
	address, plain := "http://someone:"+canary+"@"+host+"/simple", x.URL+"/simple"
	nowhere := "http://127.0.0.1:9/simple"
	conf := filepath.Join(t.TempDir(), "pip.conf")
	require.NoError(t, os.WriteFile(conf, []byte("[install]\nextra-index-url =\n  "+address+"\nindex-url: "+plain+"\n"), 0o600))
	home := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(home, ".netrc"), []byte("machine 127.0.0.1 login someone password "+canary+"\n"), 0o600))
	direct := "private_thing @ http://${INDEX_LOGIN}@" + host + "/files/private_thing-1.0-py3-none-any.whl"
	for _, test := range []struct {
		name  string
		env   []string
		lines []string
	}{
		{"PIP_INDEX_URL", []string{"PIP_INDEX_URL=" + address}, []string{"private-thing==1.0"}},
		{"PIP_EXTRA_INDEX_URL", []string{"PIP_INDEX_URL=" + address, "PIP_EXTRA_INDEX_URL=" + address}, []string{"private-thing==1.0"}},
		{"UV_DEFAULT_INDEX", []string{"UV_DEFAULT_INDEX=" + address}, []string{"private-thing==1.0 --hash=" + hash}},
		{"UV_INDEX", []string{"UV_INDEX=corp=" + plain, "UV_DEFAULT_INDEX=" + address, "UV_INDEX_CORP_USERNAME=someone", "UV_INDEX_CORP_PASSWORD=" + canary}, []string{"private-thing==1.0"}},
		{"pip.conf", []string{"PIP_CONFIG_FILE=" + conf}, []string{"private-thing==1.0"}},
		{"netrc", []string{"PIP_INDEX_URL=" + plain, "HOME=" + home}, []string{"private-thing==1.0"}},
		{"requirements.txt", []string{"PIP_INDEX_URL=" + nowhere, "INDEX_LOGIN=someone:" + canary}, []string{"--index-url http://${INDEX_LOGIN}@" + host + "/simple", "private-thing==1.0"}},
		{"direct URL", []string{"PIP_INDEX_URL=" + plain, "INDEX_LOGIN=someone:" + canary}, []string{direct}},
	} {
		for _, tool := range tools {
			t.Run(test.name+" "+string(tool), func(t *testing.T) {
				in := x.from(t, tool, test.env...)
				var said []string
				in.Progress = func(l string) { said = append(said, l) }
				made, err := in.Packages(t.Context(), "function weather", requirementsTxt(test.lines...), aws312)
				require.NoError(t, err)
				assert.Equal(t, []Distribution{{"private-thing", "1.0"}}, made.Installed)
				assert.NotEmpty(t, said)
				for _, l := range said {
					assert.NotContains(t, l, canary)
				}
				for name, content := range readAll(t, made) {
					assert.NotContains(t, content, canary, name)
					assert.NotContains(t, name, "direct_url")
				}
				require.NoError(t, filepath.WalkDir(in.Cache, func(p string, d fs.DirEntry, err error) error {
					if err != nil || !d.Type().IsRegular() {
						return err
					}
					data, err := os.ReadFile(p)
					assert.NotContains(t, string(data), canary, p)
					return err
				}))
			})
		}
	}
}

// Wrong credentials, and a failure that quotes an address, do not show them.
func TestCredentialsStayOutOfErrors(t *testing.T) {
	x := newIndex(t)
	x.user, x.password = "someone", "another"
	host := strings.TrimPrefix(x.URL, "http://")
	for _, tool := range tools {
		for _, lines := range [][]string{
			{"thing==1.0"}, {"thing @ http://someone:" + canary + "@" + host + "/files/thing-1.0-py3-none-any.whl"},
			{"--extra-index-url http://someone:" + canary + "@" + host + "/other/simple", "thing==1.0"},
			{"-e git+https://someone:" + canary + "@example.com/x.git"}, {"--find-links ftp://someone:" + canary + "@example.com/"},
		} {
			in := x.from(t, tool, "PIP_INDEX_URL=http://someone:"+canary+"@"+host+"/simple")
			in.Progress = func(l string) { assert.NotContains(t, l, canary) }
			_, err := in.Packages(t.Context(), "function weather", requirementsTxt(lines...), aws312)
			require.Error(t, err)
			t.Log(err)
			assert.NotContains(t, err.Error(), canary)
		}
	}
}

func TestRedact(t *testing.T) {
	r := newRedactor([]string{"UV_DEFAULT_INDEX=corp=https://me:p%40ssword@host/simple", "GITHUB_TOKEN=ghp_1234567", "OTHER=https://token-alone@host/"})
	for in, want := range map[string]string{
		"from https://me:p%40ssword@host/simple": "from https://****@host/simple",
		"password p@ssword is wrong":             "password **** is wrong",
		"token ghp_1234567 and token-alone":      "token **** and ****",
		"https://host/x.whl?sig=abc&x=1#sha256=": "https://host/x.whl?****#sha256=",
		"six==1.0 from https://host/six.whl":     "six==1.0 from https://host/six.whl",
	} {
		assert.Equal(t, want, r.line(in))
	}
}
