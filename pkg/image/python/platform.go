package python

import (
	"fmt"
	"slices"
)

// manylinuxLevels are the minor versions of glibc 2 that both uv and this
// package know as a level; uv has no others between them. The image's level is
// the highest that its glibc has. Source of the tags:
// https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/#manylinux
var manylinuxLevels = []int{17, 28, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40}

// aliases are the older names of levels.
var aliases = map[int]string{17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}

// oldestManylinux is the level of manylinux1, the first one.
const oldestManylinux = 5

func (t Target) manylinux() int {
	level, minor := 0, t.glibcMinor()
	for _, l := range manylinuxLevels {
		if l <= minor {
			level = l
		}
	}
	return level
}

// platforms are the platform tags of wheels that run in the image, the best
// first, in the order in which pip and uv prefer them.
func (t Target) platforms() []string {
	var all []string
	for level := t.manylinux(); level >= oldestManylinux; level-- {
		all = append(all, fmt.Sprintf("manylinux_2_%d_x86_64", level))
		if alias, ok := aliases[level]; ok {
			all = append(all, alias+"_x86_64")
		}
	}
	return slices.Concat(all, []string{"linux_x86_64"})
}

// uvPlatform is the level as uv's --python-platform names it.
func (t Target) uvPlatform() string { return fmt.Sprintf("x86_64-manylinux_2_%d", t.manylinux()) }
