"""Which functions there are, and what each is in DuckDB. What is in no table is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ...errors import invalid_query, unsupported
from ...names import literal
from .. import columns, dateformats
from ..nodes import raw, template
from ..scope import Scope
from . import aggregates, arrays, dates, jsons, maths, missing, routines, strings
from .call import Call
from .kinds import CURRENT, names_of, part_of, type_of

if TYPE_CHECKING:
    from ..translate import Translator

_MODULES = (strings, maths, dates, arrays, jsons)
_TEMPLATES = {name: text for module in _MODULES for name, text in module.TEMPLATES.items()}
_HANDLERS = {name: handler for module in _MODULES for name, handler in module.HANDLERS.items()}

# Nodes that are no functions to sqlglot, but to this package.
NODES = frozenset([exp.Bracket, exp.Mul, exp.Div, exp.BitwiseXor, exp.AtTimeZone])


def node(t: "Translator", found: exp.Expression, scope: Scope) -> exp.Expression:
    """Translates a call, or an operator that BigQuery understands in its own way."""
    if isinstance(found, exp.Anonymous):
        return _call(Call(t, found.name, found.expressions, scope, found))
    if isinstance(found, exp.Window):
        return _window(t, found, scope)
    if isinstance(found, exp.SafeFunc):
        return _safe(t, found.this, scope)
    if isinstance(found, exp.NetFunc):
        raise unsupported(f"the function NET.{found.this.name.upper()}", t.source.place(found))
    if isinstance(found, exp.Dot):
        return _dot(t, found, scope)
    if isinstance(found, exp.Array):
        return arrays.array_literal(Call(t, "ARRAY", found.expressions, scope, found))
    if isinstance(found, exp.Struct):
        return arrays.struct(Call(t, "STRUCT", found.expressions, scope, found))
    if isinstance(found, exp.Extract):
        return dates.extract(Call(t, "EXTRACT", [found.expression], scope, found), part_of(found.this))
    if isinstance(found, exp.ParseJSON):
        return _json_literal(t, found.this, scope)
    if isinstance(found, (exp.StrToDate, exp.StrToTime)):
        return _formatted(t, found, scope)
    if type(found) in CURRENT:
        zone = [found.this] if found.this is not None else []
        return _call(Call(t, CURRENT[type(found)], zone, scope, found))
    if isinstance(found, exp.Bracket):
        return _bracket(t, found, scope)
    if isinstance(found, (exp.Mul, exp.Div)):
        return _numeric(t, found, scope)
    if isinstance(found, exp.BitwiseXor):
        return template("xor({0}, {1})", t.expr(found.this, scope), t.expr(found.expression, scope))
    raise unsupported(f"the expression {found.sql('bigquery')[:60]}", t.source.place(found))


def _json_literal(t: "Translator", found: exp.Expression, scope: Scope) -> exp.Expression:
    """JSON '…', with the fields that sqlglot has put inside of it."""
    if isinstance(found, (exp.Literal, exp.RawString)):
        return template("CAST({0} AS JSON)", exp.Literal.string(found.name))
    if isinstance(found, exp.Dot) and isinstance(found.expression, exp.Identifier):
        return columns.fields(_json_literal(t, found.this, scope), [found.expression.name])
    if isinstance(found, exp.Bracket):
        index = found.expressions[0]
        name = exp.Literal.string(index.name) if isinstance(index, exp.Literal) and index.is_string else t.expr(index, scope)
        return template("({0} -> {1})", _json_literal(t, found.this, scope), name)
    raise unsupported(f"the expression JSON {found.sql('bigquery')[:60]}", t.source.place(found))


def _formatted(t: "Translator", found: exp.Expression, scope: Scope) -> exp.Expression:
    """CAST to a date or timestamp with FORMAT, whose format sqlglot has made one of strftime."""
    kind = "DATE" if isinstance(found, exp.StrToDate) else "TIMESTAMP"
    done = dateformats.parsed(t.expr(found.this, scope), found.args["format"].name, kind)
    return template("TRY({0})", done) if found.args.get("safe") else done


def _call(call: Call) -> exp.Expression:
    name = call.name.upper()
    routine = call.t.environment.function(call.name.split("."), call.position)
    if routine is not None:
        return routines.expand(call, routine)
    written, call.name = call.name, name
    if aggregates.is_aggregate(name):
        return aggregates.translate(call)
    of_bytes = strings.of_bytes(call)
    if of_bytes is not None:
        return of_bytes
    if name in _HANDLERS:
        return _HANDLERS[name](call)
    text = _TEMPLATES.get(name)
    if isinstance(text, dict):
        if len(call.args) not in text:
            raise call.wrong()
        return call.fill(text[len(call.args)])
    if text is not None:
        call.check(_places(text))
        return call.fill(text)
    if name in missing.NAMES or name.startswith("ST_"):
        raise unsupported(f"the function {name}", call.position)
    raise invalid_query(f"Function not found: {written}", call.position)


def _places(text: str) -> int:
    """How many arguments a template takes."""
    count = 0
    while f"{{{count}}}" in text:
        count += 1
    return count


def _window(t: "Translator", found: exp.Window, scope: Scope) -> exp.Expression:
    inner = found.this
    nulls = ""
    if isinstance(inner, (exp.IgnoreNulls, exp.RespectNulls)):
        nulls, inner = type(inner), inner.this
    if not isinstance(inner, exp.Anonymous) or not aggregates.is_aggregate(inner.name.upper()):
        raise invalid_query("Function is not an analytic function", t.source.place(found))
    args = list(inner.expressions)
    if nulls and args:
        args[0] = nulls(this=args[0].copy())
    return aggregates.translate(Call(t, inner.name, args, scope, inner), found)


def window_body(t: "Translator", found: exp.Window, scope: Scope) -> exp.Expression:
    """What stands in the parentheses of OVER."""
    words, parts = [], []
    base = found.args.get("alias")
    if base is not None:
        words.append('"' + base.name.replace('"', '""').replace("{", "{{").replace("}", "}}") + '"')
    if found.args.get("partition_by"):
        start = len(parts)
        parts += [t.expr(e, scope) for e in found.args["partition_by"]]
        words.append("PARTITION BY " + ", ".join(f"{{{n}}}" for n in range(start, len(parts))))
    if found.args.get("order"):
        parts.append(t.order(found.args["order"], scope))
        words.append(f"{{{len(parts) - 1}}}")
    if found.args.get("spec"):
        words.append(aggregates.frame(t, found.args["spec"], scope).replace("{", "{{").replace("}", "}}"))
    return template(" ".join(words), *parts)


def _safe(t: "Translator", found: exp.Expression, scope: Scope) -> exp.Expression:
    """SAFE.f(…) is NULL where f fails."""
    return template("TRY({0})", t.expr(found, scope))


def _dot(t: "Translator", found: exp.Dot, scope: Scope) -> exp.Expression:
    """A call by its whole name, a field of a value, or @@error.message."""
    if isinstance(found.expression, exp.Anonymous):
        return _qualified(t, found, scope)
    if isinstance(found.this, exp.Parameter) and isinstance(found.this.this, exp.Parameter):
        name = f"{found.this.this.name}.{found.expression.name}"
        return raw(t.environment.system(name, t.source.place(found)).sql)
    if isinstance(found.expression, exp.Identifier):
        return columns.fields(t.expr(found.this, scope), [found.expression.name])
    raise unsupported(f"the expression {found.sql('bigquery')[:60]}", t.source.place(found))


def _qualified(t: "Translator", found: exp.Dot, scope: Scope) -> exp.Expression:
    call = found.expression
    parts = [p for part in names_of(found.this) for p in part.split(".")] + [call.name]
    prefix = parts[0].upper()
    if len(parts) == 2 and prefix == "SAFE":
        return _safe(t, call, scope)
    if len(parts) == 2 and prefix in missing.PREFIXES:
        raise unsupported(f"the function {prefix}.{call.name.upper()}", t.source.place(found))
    routine = t.environment.function(parts, t.source.place(found))
    if routine is None:
        raise invalid_query(f"Function not found: {'.'.join(parts)}", t.source.place(found))
    return routines.expand(Call(t, ".".join(parts), call.expressions, scope, found), routine)


def _bracket(t: "Translator", found: exp.Bracket, scope: Scope) -> exp.Expression:
    """a[OFFSET(n)], a[n], json['name'], struct[0]."""
    from ..kinds import type_of as expression_type

    kind = expression_type(t, found.this, scope)
    index, value = found.expressions[0], t.expr(found.this, scope)
    if kind and kind.kind == "JSON":
        if isinstance(index, exp.Literal) and index.is_string:
            return template("json_extract({0}, {1})", value, raw(literal('$."' + index.name.replace('"', '\\"') + '"')))
        return template("json_extract({0}, '$[' || {1} || ']')", value, t.expr(index, scope))
    offset, safe = found.args.get("offset") or 0, bool(found.args.get("safe"))
    word = "bq_safe_at" if safe else "bq_at"
    return template(f"{word}({{0}}, {{1}} - {offset})", value, t.expr(index, scope))


def _numeric(t: "Translator", found: exp.Expression, scope: Scope) -> exp.Expression:
    """Products and quotients. DuckDB gives a product of two NUMERICs more digits after the point, and a quotient none."""
    from ..kinds import type_of as expression_type

    left, right = t.expr(found.this, scope), t.expr(found.expression, scope)
    done = template("bq_div({0}, {1})" if isinstance(found, exp.Div) else "({0} * {1})", left, right)
    kind = expression_type(t, found, scope)
    return template(f"CAST({{0}} AS {kind.duckdb})", done) if kind and kind.kind in ("NUMERIC", "BIGNUMERIC") else done


__all__ = ["NODES", "node", "type_of", "window_body"]
