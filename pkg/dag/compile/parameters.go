package compile

// params are the defaults; its text is made for each file.
var params = helper{name: "PARAMS"}

var unsafeText = helper{name: "UNSAFE", text: "UNSAFE = re.compile(r\"['\\\"`;\\\\\\n\\r]\")\n", whole: []string{"re"}}

// parameters is what SQL sees as params; its text is made for each file, as the names of
// Variables have the DAG's id. Only what comes from outside is held against safe: the
// defaults stand in the repository, as the SQL does.
var parameters = helper{
	name: "Parameters",
	text: `class Parameters(Mapping[str, Any]):
    """Parameters: the run's configuration, before Variables, before the defaults."""

    def __init__(self, conf: dict[str, Any] | None, variables: Any) -> None:
        self._conf = conf or {}
        self._variables = variables

    def __iter__(self) -> Iterator[str]:
        return iter(PARAMS)

    def __len__(self) -> int:
        return len(PARAMS)

    def __getitem__(self, name: str) -> Any:
        value = self._find(name)
        return value if value is PARAMS[name] else safe(name, value)

    def _find(self, name: str) -> Any:
        default = PARAMS[name]
        value = self._conf.get(name)
        if value is None:
            value = self._variables.get(f"{DAG_ID}.{name}", None)
        try:
            return default if value is None else typed(default, value)
        except ValueError as error:
            raise ValueError(f"the parameter {name} is {value!r}: {error}") from error
`,
	names:   map[string][]string{"collections.abc": {"Iterator", "Mapping"}, "typing": {"Any"}},
	helpers: []string{"PARAMS", "safe", "typed"},
}

var typed = helper{
	name: "typed",
	text: `def typed(default: Any, value: Any) -> Any:
    """Return a value from outside, which must be of the default's type."""
    if isinstance(value, str) and not isinstance(default, str | None):
        value = json.loads(value)
    if isinstance(default, float) and type(value) is int:
        value = float(value)
    if default is not None and type(value) is not type(default):
        raise ValueError(f"{type(default).__name__} is expected")
    if isinstance(default, list) and default:
        return [typed(default[0], one) for one in value]
    if isinstance(default, dict):
        return {name: typed(default.get(name), one) for name, one in value.items()}
    return value
`,
	whole: []string{"json"},
	names: map[string][]string{"typing": {"Any"}},
}

var safe = helper{
	name: "safe",
	text: `def safe(name: str, value: Any) -> Any:
    """Return a value from outside, unless it could end a literal or a statement."""
    if isinstance(value, str) and UNSAFE.search(value):
        raise ValueError(
            f"the parameter {name} is {value!r}: a quote, a backslash, a semicolon or a new"
            f' line could end what it is in; write literal("{name}") in the SQL for a value,'
            f' identifier("{name}") for a name'
        )
    if isinstance(value, list | dict):
        for one in value:
            safe(name, one)
    if isinstance(value, dict):
        for one in value.values():
            safe(name, one)
    return value
`,
	names:   map[string][]string{"typing": {"Any"}},
	helpers: []string{"UNSAFE"},
}

// literals is what SQL sees as literal. It finds a parameter without safe, as nothing can
// end the literal that it writes.
var literals = helper{
	name: "literals",
	text: `def literals(parameters: Parameters) -> Callable[[str], str]:
    """Return what literal() is in SQL: a parameter as a literal of BigQuery."""

    def write(value: Any) -> str:
        if isinstance(value, list):
            return "[" + ", ".join(write(one) for one in value) + "]"
        if isinstance(value, dict):
            return "JSON " + write(json.dumps(value))
        return json.dumps(value, ensure_ascii=False)

    return lambda name: write(parameters._find(name))
`,
	whole:   []string{"json"},
	names:   map[string][]string{"collections.abc": {"Callable"}, "typing": {"Any"}},
	helpers: []string{"Parameters"},
}

var identifierText = helper{name: "IDENTIFIER", text: "IDENTIFIER = re.compile(r\"[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\")\n", whole: []string{"re"}}

// identifiers is what SQL sees as identifier, for a name that is a parameter: of a
// dataset, a table with its dataset, a column.
var identifiers = helper{
	name: "identifiers",
	text: `def identifiers(parameters: Parameters) -> Callable[[str], str]:
    """Return what identifier() is in SQL: a parameter as a name of BigQuery, quoted."""

    def write(name: str) -> str:
        value = parameters._find(name)
        if not isinstance(value, str) or not IDENTIFIER.fullmatch(value):
            raise ValueError(
                f"the parameter {name} is {value!r}: a name of BigQuery has letters,"
                " digits, _ and -, and dots between its parts"
            )
        return f"` + "`" + `{value}` + "`" + `"

    return write
`,
	names:   map[string][]string{"collections.abc": {"Callable"}},
	helpers: []string{"Parameters", "IDENTIFIER"},
}
