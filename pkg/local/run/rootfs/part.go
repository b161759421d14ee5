package rootfs

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// part is a folder of an image that is unpacked; "/var/task" without its first slash. Nothing but the tree
// below it is written.
type part string

// partOf checks a folder. The root itself is refused: it is the whole Linux.
func partOf(folder string) (part, error) {
	clean := strings.TrimPrefix(path.Clean("/"+folder), "/")
	if clean == "" {
		return "", fmt.Errorf("the folder / of an image is not unpacked: it is the whole of Linux")
	}
	return part(clean), nil
}

// key names the part in the file system; base is the name of the unpacked folder, the same as in the image.
func (p part) key() string {
	h := sha256.Sum256([]byte(p))
	return hex.EncodeToString(h[:8])
}

func (p part) base() string { return path.Base(string(p)) }

// below returns a name relative to the part, and false for names outside of it. The part itself is ".".
func (p part) below(clean string) (string, bool) {
	if clean == string(p) {
		return ".", true
	}
	return strings.CutPrefix(clean, string(p)+"/")
}

// inside tells whether the part is a folder of the image's, or below it.
func (p part) inside(folder string) bool {
	return folder == "" || string(p) == folder || strings.HasPrefix(string(p), folder+"/")
}

// cleanName is an entry's name without slashes at its ends. Names that climb are refused.
func cleanName(h *tar.Header) (string, error) {
	for _, word := range strings.Split(h.Name, "/") {
		if word == ".." {
			return "", fmt.Errorf("is an unsafe path")
		}
	}
	return strings.TrimPrefix(path.Clean("/"+h.Name), "/"), nil
}

// record says what a layer has of a part. It lies beside the unpacked folder.
type record struct {
	// Present tells that the layer has the folder, Entries how much is in it.
	Present bool `json:"present"`
	Entries int  `json:"entries"`
	// Cleared tells that nothing of the lower layers is left; Whiteouts are paths that are gone, Opaque folders
	// whose lower content is (https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts).
	Cleared   bool     `json:"cleared,omitempty"`
	Whiteouts []string `json:"whiteouts,omitempty"`
	Opaque    []string `json:"opaque,omitempty"`
}

const recordFile = "part.json"

// changes tells whether the part of an image is another with this layer than without it.
func (r record) changes() bool {
	return r.Entries > 0 || r.Cleared || len(r.Whiteouts) > 0 || len(r.Opaque) > 0
}

func readRecord(folder string) (r record, found bool, err error) {
	data, err := os.ReadFile(filepath.Join(folder, recordFile))
	if os.IsNotExist(err) {
		return r, false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	return r, err == nil, err
}

func (r record) write(folder string) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, recordFile), append(data, '\n'), 0o644)
}
