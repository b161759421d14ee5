package compile

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"strings"
)

// variable is the name in the file of the task with this id: the id itself, when
// Python and the rest of the file leave it free.
func (m *module) variable(id string) string {
	if name, ok := m.variables[id]; ok {
		return name
	}
	base := strings.Map(func(r rune) rune {
		if r == '_' || r < 0x80 && (r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '_'
	}, id)
	if base == "" || base[0] >= '0' && base[0] <= '9' {
		base = "task_" + base
	}
	if reserved[base] || m.whole[base] {
		base += "_task"
	}
	name := base
	for n := 2; m.taken[name]; n++ {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	m.taken[name] = true
	m.variables[id] = name
	return name
}

// digest is a short text that differs for other texts.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:4])
}

// keywords are Python's.
var keywords = set("False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield")

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[w] = true
	}
	return all
}

// builtins are Python 3.11's, without those that begin with _: a helper may use any.
var builtins = set(`ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError BufferError BytesWarning
ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning
EnvironmentError Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError
ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError
MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplemented NotImplementedError OSError OverflowError PendingDeprecationWarning
PermissionError ProcessLookupError RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration
SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError
UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning ZeroDivisionError abs
aiter all anext any ascii bin bool breakpoint bytearray
bytes callable chr classmethod compile complex copyright credits delattr
dict dir divmod enumerate eval exec exit filter float
format frozenset getattr globals hasattr hash help hex id
input int isinstance issubclass iter len license list locals
map max memoryview min next object oct open ord
pow print property quit range repr reversed round set
setattr slice sorted staticmethod str sum super tuple type
vars zip`)

// reserved are the names that a task may not have in the file: keywords, what the
// helpers are called and what they use.
var reserved = func() map[string]bool {
	all := set("Any Callable Iterator Mapping date json os pendulum re time timedelta")
	maps.Copy(all, keywords)
	maps.Copy(all, builtins)
	for _, h := range order {
		all[h.name] = true
		for _, names := range h.names {
			for _, n := range names {
				all[n] = true
			}
		}
	}
	return all
}()

// imported are the modules of the names that helpers import.
var imported = func() map[string]string {
	all := map[string]string{}
	for _, h := range order {
		for module, names := range h.names {
			for _, n := range names {
				all[n] = module
			}
		}
	}
	return all
}()
