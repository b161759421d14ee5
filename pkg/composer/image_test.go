package composer

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func image(t *testing.T, version string) Image {
	t.Helper()
	i, ok := ParseImage(version)
	require.True(t, ok, version)
	assert.Equal(t, version, i.String())
	return i
}

func TestParseImage(t *testing.T) {
	for version, want := range map[string]struct {
		Image
		full bool
	}{
		"composer-3-airflow-2.10.5-build.15":     {Image{3, "3", "2.10.5", 15}, true},
		"composer-3-airflow-3.1.7-build.0":       {Image{3, "3", "3.1.7", 0}, true},
		"composer-3-airflow-2.10.5":              {Image{3, "3", "2.10.5", NoBuild}, false},
		"composer-2.9.6-airflow-2.9.3":           {Image{2, "2.9.6", "2.9.3", NoBuild}, true},
		"composer-2-airflow-2":                   {Image{2, "2", "2", NoBuild}, false},
		"composer-latest-airflow-2.9.3":          {Image{0, "latest", "2.9.3", NoBuild}, false},
		"composer-2.0.0-preview.1-airflow-2.1.4": {Image{2, "2.0.0-preview.1", "2.1.4", NoBuild}, true},
	} {
		got := image(t, version)
		assert.Equal(t, want.Image, got)
		assert.Equal(t, want.full, got.Full(), version)
		assert.Empty(t, ImageReason(version))
	}
	for _, version := range []string{"", "composer-x", "composer-3", "3-airflow-2", "composer-3-airflow-2.10.5-build.", "a composer-3-airflow-2", "composer-3-airflow-2.1.2.3"} {
		_, ok := ParseImage(version)
		assert.False(t, ok, version)
		assert.Contains(t, ImageReason(version), "composer-3-airflow-")
	}
}

func TestCovers(t *testing.T) {
	full := image(t, "composer-3-airflow-2.10.5-build.15")
	for alias, want := range map[string]bool{
		"composer-3-airflow-2.10.5-build.15": true, "composer-3-airflow-2.10.5": true, "composer-3-airflow-2.10": true, "composer-3-airflow-2": true,
		"composer-latest-airflow-2": true, "composer-3-airflow-2.1": false, "composer-3-airflow-2.10.5-build.1": false, "composer-2-airflow-2": false,
	} {
		assert.Equal(t, want, image(t, alias).Covers(full), alias)
	}
	assert.True(t, image(t, "composer-2-airflow-2").Covers(image(t, "composer-2.9.6-airflow-2.9.3")))
}

func TestUpgrades(t *testing.T) {
	for name, tt := range map[string]struct{ from, to, want string }{
		"the same":          {"composer-3-airflow-2.10.5-build.15", "composer-3-airflow-2.10.5-build.15", ""},
		"an alias of it":    {"composer-3-airflow-2.10.5-build.15", "composer-3-airflow-2", ""},
		"a later build":     {"composer-3-airflow-2.10.5-build.9", "composer-3-airflow-2.10.5-build.10", ""},
		"a later Airflow":   {"composer-3-airflow-2.9.3-build.40", "composer-3-airflow-2.10.5-build.1", ""},
		"an alias of later": {"composer-3-airflow-2.9.3-build.40", "composer-3-airflow-2.10", ""},
		"a later Composer":  {"composer-2.9.6-airflow-2.9.3", "composer-2.11.0-airflow-2.9.3", ""},
		"an earlier build":  {"composer-3-airflow-2.10.5-build.10", "composer-3-airflow-2.10.5-build.9", "cannot go back from composer-3-airflow-2.10.5-build.10"},
		"the first build":   {"composer-3-airflow-3.1.7-build.1", "composer-3-airflow-3.1.7-build.0", "cannot go back"},
		"an earlier one":    {"composer-2.11.0-airflow-2.9.3", "composer-2.9.6-airflow-2.10.2", "cannot go back"},
		"earlier Airflow":   {"composer-2.9.6-airflow-2.9.3", "composer-2.11.0-airflow-2.7.3", "cannot go back"},
		"an earlier alias":  {"composer-3-airflow-2.10.5-build.10", "composer-3-airflow-2.9", "cannot go back"},
		"a generation":      {"composer-2.9.6-airflow-2.9.3", "composer-3-airflow-2.10.5-build.10", "of Cloud Composer 2 cannot become one of Cloud Composer 3"},
		"nothing":           {"", "composer-3-airflow-2", ""},
		"nonsense":          {"composer-3-airflow-2.10.5-build.10", "x", ""},
	} {
		got := UpgradeReason(tt.from, tt.to)
		if tt.want == "" {
			assert.Empty(t, got, name)
		} else {
			assert.Contains(t, got, tt.want, name)
		}
	}
}

func FuzzParseImage(f *testing.F) {
	f.Add("composer-3-airflow-2.10.5-build.15", "composer-2-airflow-2")
	f.Add("composer-99999999999999999999-airflow-2", "composer-2.9.6-airflow-2.9.3")
	f.Fuzz(func(t *testing.T, a, b string) {
		UpgradeReason(a, b)
		if i, ok := ParseImage(a); ok {
			again, ok := ParseImage(i.String())
			assert.True(t, ok && again.Covers(again) && again.Compare(i) == 0, a)
		}
	})
}
