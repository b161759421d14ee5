package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dorc-dev/dorc/pkg/local/run/airflow"
)

func newAirflowLogs(a *app) *cobra.Command {
	var flags airflowFlags
	var follow bool
	var lines int
	cmd := &cobra.Command{
		Use:   "logs [part]",
		Short: "Show what the Airflow of an environment says: all of it, or a part such as scheduler",
		Args:  arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if lines < 0 {
				return &usageError{fmt.Errorf("--lines is %d, and there are no fewer than 0 lines", lines)}
			}
			_, home, err := flags.home(a)
			if err != nil {
				return err
			}
			files, err := airflowLogFiles(home, args)
			if err != nil {
				return err
			}
			places := make([]int64, len(files))
			for i, file := range files {
				if places[i], err = a.printTail(file, lines); err != nil {
					return err
				}
			}
			for follow {
				select {
				case <-a.cancelled:
					return nil
				case <-cmd.Context().Done():
					return nil
				case <-time.After(300 * time.Millisecond):
				}
				for i, file := range files {
					if places[i], err = a.printFrom(file, places[i]); err != nil {
						return err
					}
				}
			}
			return nil
		},
	}
	flags.add(cmd)
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on until Ctrl-C")
	cmd.Flags().IntVarP(&lines, "lines", "n", 20, "how many of the last lines of each part")
	return cmd
}

// airflowLogFiles are the logs of a home's parts, or the one that is named.
func airflowLogFiles(home string, names []string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(home, "logs", "*.log"))
	if err != nil {
		return nil, err
	}
	files = append(files, filepath.Join(home, airflow.OutputFile))
	var known []string
	for _, file := range files {
		known = append(known, strings.TrimSuffix(filepath.Base(file), ".log"))
	}
	if len(names) == 0 {
		return files, nil
	}
	i := slices.Index(known, names[0])
	if i < 0 {
		return nil, &usageError{fmt.Errorf("there is no part %q; there are %s", names[0], strings.Join(known, ", "))}
	}
	return files[i : i+1], nil
}

// maxTail is how much of a log's end is looked at for its last lines.
const maxTail = 1 << 20

// printTail prints the last lines of a file and returns its length.
func (a *app) printTail(file string, lines int) (int64, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	data := make([]byte, min(size, maxTail))
	if _, err := f.ReadAt(data, size-int64(len(data))); err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	all := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	a.printLog(file, all[max(0, len(all)-lines):])
	return size, nil
}

// printFrom prints what was written since and returns the file's length.
func (a *app) printFrom(file string, at int64) (int64, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return at, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() < at {
		at = 0 // it was begun anew
	}
	data, err := io.ReadAll(io.NewSectionReader(f, at, maxTail))
	if err != nil || len(data) == 0 {
		return at, err
	}
	whole := strings.LastIndexByte(string(data), '\n') + 1
	if whole > 0 {
		a.printLog(file, strings.Split(string(data[:whole-1]), "\n"))
	}
	return at + int64(whole), nil
}

func (a *app) printLog(file string, lines []string) {
	name := strings.TrimSuffix(filepath.Base(file), ".log")
	for _, line := range lines {
		if line != "" {
			fmt.Fprintf(a.stdout, "%-13s | %s\n", name, line)
		}
	}
}
