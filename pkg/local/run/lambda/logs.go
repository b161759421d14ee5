package lambda

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"sync"
	"time"
)

// maxLine is the longest log line; CloudWatch cuts events at 256 KB.
const maxLine = 256 * 1024

// logs reads what a process writes, line by line, as it comes.
type logs struct {
	reader *os.File
	emit   func(string)
	// caughtUp gets a value when the pipe was seen empty after a call of drain.
	caughtUp chan struct{}
	ended    chan struct{}
	once     sync.Mutex
	partial  []byte
}

func newLogs(reader *os.File, emit func(string)) *logs {
	l := &logs{reader: reader, emit: emit, caughtUp: make(chan struct{}), ended: make(chan struct{})}
	go l.run()
	return l
}

// run reads until every writer is gone. A deadline in the past, which drain sets, wakes it up to
// look whether the pipe is empty.
func (l *logs) run() {
	defer close(l.ended)
	buffer := make([]byte, 32*1024)
	for {
		n, err := l.reader.Read(buffer)
		l.add(buffer[:n])
		if errors.Is(err, os.ErrDeadlineExceeded) {
			if l.reader.SetReadDeadline(time.Time{}) != nil {
				return
			}
			l.rest(buffer)
			l.caughtUp <- struct{}{}
			continue
		}
		if err != nil { // the end, or the pipe was closed
			l.flush()
			return
		}
	}
}

// rest reads what is in the pipe already.
func (l *logs) rest(buffer []byte) {
	raw, err := l.reader.SyscallConn()
	if err != nil {
		return // the pipe is closed; the next Read says so
	}
	for again := true; again; {
		again = false
		err := raw.Read(func(fd uintptr) bool {
			if n := readNow(fd, buffer); n > 0 {
				l.add(buffer[:n])
				again = true
			}
			return true
		})
		if err != nil {
			return
		}
	}
}

// drain returns when everything written before the call has been emitted.
func (l *logs) drain() {
	l.once.Lock()
	defer l.once.Unlock()
	if l.reader.SetReadDeadline(time.Unix(1, 0)) != nil {
		<-l.ended
		return
	}
	select {
	case <-l.caughtUp:
	case <-l.ended:
	}
}

// close stops reading, also when some process still holds the pipe.
func (l *logs) close() error {
	err := l.reader.Close()
	<-l.ended
	return err
}

func (l *logs) add(data []byte) {
	l.partial = append(l.partial, data...)
	for {
		end := bytes.IndexByte(l.partial, '\n')
		if end < 0 && len(l.partial) < maxLine {
			return
		}
		if end < 0 || end > maxLine {
			l.line(l.partial[:maxLine])
			l.partial = l.partial[maxLine:]
			continue
		}
		l.line(l.partial[:end])
		l.partial = l.partial[end+1:]
	}
}

func (l *logs) flush() {
	if len(l.partial) > 0 {
		l.line(l.partial)
		l.partial = nil
	}
}

// line emits a record. The runtime client writes the line ends inside a record as carriage returns
// and indents with no-break spaces.
func (l *logs) line(data []byte) {
	text := strings.TrimRight(strings.ToValidUTF8(string(data), "�"), "\r")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r", "\n"), "\u00a0", " ")
	if text != "" {
		l.emit(text)
	}
}
