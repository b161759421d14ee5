package expression

// constantsOfLibrary are the values that the standard library names: retry
// policies and the backoff they share.
// https://cloud.google.com/workflows/docs/reference/stdlib/http/default_retry
var constantsOfLibrary = map[string]any{
	"http.default_retry":                policy("http.default_retry_predicate"),
	"http.default_retry_non_idempotent": policy("http.default_retry_predicate_non_idempotent"),
	"retry.default_backoff":             backoff(),
}

func policy(predicate string) map[string]any {
	return map[string]any{"predicate": Callable{predicate}, "max_retries": int64(5), "backoff": backoff()}
}

func backoff() map[string]any {
	return map[string]any{"initial_delay": 1.0, "max_delay": 60.0, "multiplier": 1.25}
}

// Value is what the dotted name of a function or constant of the library is
// worth.
func Value(path string) (any, bool) {
	if v, ok := constantsOfLibrary[path]; ok {
		return v, true
	}
	_, ok := library[path]
	return Callable{path}, ok
}

func always(arguments) (any, error) { return true, nil }
func never(arguments) (any, error)  { return false, nil }

func retryIdempotent(a arguments) (any, error) {
	return retryOn(a[0], []int64{429, 502, 503, 504}, ConnectionError, ConnectionFailedError, TimeoutError), nil
}

func retryNonIdempotent(a arguments) (any, error) {
	return retryOn(a[0], []int64{429, 503}, ConnectionFailedError), nil
}

func retryOn(exception any, codes []int64, tags ...string) bool {
	f := &Fault{exception}
	for _, tag := range tags {
		if f.Has(tag) {
			return true
		}
	}
	m, _ := exception.(map[string]any)
	for _, code := range codes {
		if m["code"] == code && f.Has(HTTPError) {
			return true
		}
	}
	return false
}
