package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/pluginstorage"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/env"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/fsutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// PluginDisplay shows how a plugin is downloaded. A Display that implements it is
// told before the operation's first event.
type PluginDisplay interface {
	// Download begins a download of size bytes, -1 when that is not known, and
	// returns what is read instead of the stream. It may be called again: a
	// download that broke off is tried again from its start.
	Download(p Plugin, stream io.ReadCloser, size int64) io.ReadCloser
	// Retry says that a download failed and will be tried again after wait.
	Retry(p Plugin, reason string, wait time.Duration)
}

// InstalledPlugin is a plugin that is ready to use.
type InstalledPlugin struct {
	Plugin
	// Dir is its folder.
	Dir string
	// Ambient says that it was found on the PATH, where its version is not known.
	Ambient bool
	// Downloaded says that it was installed just now; Bytes is the archive's size
	// and Took how long that was.
	Downloaded bool
	Bytes      int64
	Took       time.Duration
}

// idle is how long a download may stand still before it is given up and tried again.
const idle = time.Minute

// EnsurePlugin finds the plugin where the Pulumi CLI would, on the PATH or in
// PULUMI_HOME, or installs it there as the CLI does: from a mirror that
// PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES names, else from DownloadURL, else from
// Pulumi's releases with GITHUB_TOKEN, if that is set. Processes that do so at
// the same time wait for one of them. A failure leaves nothing behind; it is a
// problem.Problem that says from where it was to come and what to do.
func EnsurePlugin(ctx context.Context, p Plugin, display PluginDisplay) (InstalledPlugin, error) {
	if found, err := findPlugin(ctx, p); found != nil || err != nil {
		return deref(found), err
	}
	dir, err := p.descriptor().DirPath()
	if err != nil {
		return InstalledPlugin{}, pluginFailure(p, err)
	}
	if env.DisableAutomaticPluginAcquisition.Value() {
		return InstalledPlugin{}, acquisitionDisabled(p, dir)
	}
	unlock, err := lockDownload(ctx, dir)
	if err != nil {
		return InstalledPlugin{}, pluginFailure(p, err)
	}
	defer unlock()
	if found, err := findPlugin(ctx, p); found != nil || err != nil {
		return deref(found), err // someone else has installed it meanwhile
	}
	started := time.Now()
	size, err := install(ctx, p, display)
	if err != nil {
		if ctx.Err() != nil {
			return InstalledPlugin{}, context.Cause(ctx)
		}
		return InstalledPlugin{}, pluginFailure(p, err)
	}
	return InstalledPlugin{Plugin: p, Dir: dir, Downloaded: true, Bytes: size, Took: time.Since(started)}, nil
}

func deref(p *InstalledPlugin) InstalledPlugin {
	if p == nil {
		return InstalledPlugin{}
	}
	return *p
}

// findPlugin looks where the engine will look. It returns nil when it is not there.
func findPlugin(ctx context.Context, p Plugin) (*InstalledPlugin, error) {
	quiet := diag.DefaultSink(io.Discard, io.Discard, diag.FormatOptions{Color: colors.Never})
	info, err := workspace.GetPluginInfo(ctx, quiet, p.descriptor(), nil)
	var missing *workspace.MissingError
	switch {
	case errors.As(err, &missing):
		return nil, nil
	case err != nil:
		return nil, pluginFailure(p, err)
	}
	found := &InstalledPlugin{Plugin: p, Dir: info.Path, Ambient: info.Version == nil}
	return found, nil
}

// inProcessDownloads lets one download of a plugin run at a time in this process;
// the lock file does it among processes.
var inProcessDownloads sync.Mutex

func lockDownload(ctx context.Context, dir string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return nil, err
	}
	inProcessDownloads.Lock()
	mutex := fsutil.NewFileMutex(dir + ".download.lock")
	locked := make(chan error, 1)
	go func() { locked <- mutex.Lock() }()
	select {
	case err = <-locked:
	case <-ctx.Done():
		err = context.Cause(ctx)
		go func() {
			if <-locked == nil {
				_ = mutex.Unlock() //nolint:errcheck // nobody waits for it any more
			}
		}()
	}
	if err != nil {
		inProcessDownloads.Unlock()
		return nil, err
	}
	return func() {
		_ = mutex.Unlock() //nolint:errcheck // the end of the process frees it at the latest
		inProcessDownloads.Unlock()
	}, nil
}

// install downloads and unpacks. It returns the archive's size.
func install(ctx context.Context, p Plugin, display PluginDisplay) (int64, error) {
	var last error
	// Pulumi's own check of a checksum leaves out what a reader returns together with
	// its end (sdk/go/common/workspace, checksumReader), so it is made here.
	unchecked := p
	unchecked.Checksums = nil
	archive, err := workspace.DownloadToFile(ctx, unchecked.descriptor(),
		func(stream io.ReadCloser, size int64) io.ReadCloser {
			stream = newWatched(stream)
			if display != nil {
				stream = display.Download(p, stream, size)
			}
			return stream
		},
		func(err error, _, _ int, wait time.Duration) {
			last = err
			if display != nil && ctx.Err() == nil {
				display.Retry(p, plainReason(err), wait)
			}
		})
	if err != nil {
		// Pulumi says only that it tried often; what failed is what matters.
		return 0, errors.Join(last, err)
	}
	defer func() {
		_ = archive.Close()           //nolint:errcheck // it was only read
		_ = os.Remove(archive.Name()) //nolint:errcheck // a file of the temporary folder
	}()
	size := int64(-1)
	if info, err := archive.Stat(); err == nil {
		size = info.Size()
	}
	if err := p.checkSum(archive); err != nil {
		return 0, err
	}
	return size, unpack(ctx, p, archive)
}

// checkSum holds the archive against the checksum of this platform, if one is
// known, and goes back to its start.
func (p Plugin) checkSum(archive io.ReadSeeker) error {
	want, known := p.Checksums[runtime.GOOS+"-"+runtime.GOARCH]
	if !known {
		return nil
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, archive); err != nil {
		return err
	}
	if got := hash.Sum(nil); !bytes.Equal(got, want) {
		return &contentError{fmt.Errorf("its SHA-256 is %x and should be %x", got, want)}
	}
	_, err := archive.Seek(0, io.SeekStart)
	return err
}

// unpack puts the archive's files in the plugin's folder, which counts only once
// all of them are there and the plugin's program is among them.
func unpack(ctx context.Context, p Plugin, archive io.ReadCloser) error {
	done, err := pluginstorage.UnpackContents(ctx, p.descriptor(), pluginstorage.TarPlugin(archive), false)
	if err != nil {
		return errors.Join(&contentError{err}, removePartial(p))
	}
	err = hasProgram(p)
	done(err == nil)
	if err != nil {
		return errors.Join(err, removePartial(p))
	}
	return nil
}

func hasProgram(p Plugin) error {
	dir, err := p.descriptor().DirPath()
	if err != nil {
		return err
	}
	for _, name := range []string{p.descriptor().File(), p.descriptor().File() + ".exe"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err == nil && info.Mode().IsRegular() && (info.Mode()&0o100 != 0 || filepath.Ext(name) == ".exe") {
			return nil
		}
	}
	return &contentError{fmt.Errorf("it has no program %s", p.descriptor().File())}
}

// removePartial removes what a failed installation left, unless another process
// has completed it meanwhile. Pulumi would do so before its next attempt.
func removePartial(p Plugin) error {
	d := p.descriptor()
	lock, err1 := d.LockFilePath()
	partial, err2 := d.PartialFilePath()
	dir, err3 := d.DirPath()
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	mutex := fsutil.NewFileMutex(lock)
	if err := mutex.Lock(); err != nil {
		return err
	}
	defer func() { _ = mutex.Unlock() }() //nolint:errcheck // the end of the process frees it at the latest
	if _, err := os.Stat(partial); err != nil {
		return nil
	}
	return errors.Join(os.RemoveAll(dir), os.Remove(partial))
}
