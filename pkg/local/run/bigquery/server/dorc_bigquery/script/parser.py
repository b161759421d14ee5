"""Reads a script: statements, and the blocks that the procedural language makes of them."""

from __future__ import annotations

from typing import Callable

from ..errors import BigQueryError, invalid_query, unsupported
from ..sql.source import Source
from . import nodes

_OPEN, _CLOSE = {"L_PAREN", "L_BRACKET"}, {"R_PAREN", "R_BRACKET"}
_JUMPS = {"BREAK", "LEAVE", "CONTINUE", "ITERATE", "RETURN"}


def parse(source: Source) -> list[nodes.Node]:
    """The statements of a script."""
    parser = _Parser(source)
    found = parser.statements(lambda: False)
    if not parser.end:
        raise parser.unexpected()
    return found


class _Parser:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.tokens = source.tokens()
        self.at = 0

    # Words.

    @property
    def end(self) -> bool:
        return self.at >= len(self.tokens)

    def word(self, ahead: int = 0) -> str:
        n = self.at + ahead
        if n >= len(self.tokens):
            return ""
        token = self.tokens[n]
        return "" if token.token_type.name in ("STRING", "IDENTIFIER", "RAW_STRING") else token.text.upper()

    def kind(self, ahead: int = 0) -> str:
        n = self.at + ahead
        return self.tokens[n].token_type.name if n < len(self.tokens) else ""

    def take(self, *words: str) -> bool:
        """Takes these words, if they come next."""
        for n, word in enumerate(words):
            if self.word(n) != word:
                return False
        self.at += len(words)
        return True

    def need(self, *words: str) -> None:
        if not self.take(*words):
            raise self.unexpected(" ".join(words))

    def unexpected(self, expected: str = "") -> BigQueryError:
        if self.end:
            what, place = "end of script", self.source.position(len(self.source.text))
        else:
            token = self.tokens[self.at]
            what, place = f'"{token.text}"', self.source.position(token.start)
        if expected:
            return invalid_query(f"Syntax error: Expected {expected} but got {what}", place)
        return invalid_query(f"Syntax error: Unexpected {what}", place)

    def name(self) -> str:
        """A name."""
        if self.end or not (self.tokens[self.at].text[:1].isalpha() or self.tokens[self.at].text[:1] == "_" or self.kind() == "IDENTIFIER"):
            raise self.unexpected("a name")
        self.at += 1
        return self.tokens[self.at - 1].text

    def path(self) -> list[str]:
        """A name with dots and dashes."""
        parts = self.name().split(".")
        while self.kind() in ("DOT", "DASH"):
            dash = self.kind() == "DASH"
            self.at += 1
            if self.end:
                raise self.unexpected("a name")
            text = self.tokens[self.at].text
            self.at += 1
            if dash:
                parts[-1] += "-" + text
            else:
                parts += text.split(".")
        return parts

    def until(self, *stops: str) -> Source:
        """The text up to one of these words or a semicolon, outside of parentheses and CASE … END."""
        start, depth, cases = self.at, 0, 0
        while not self.end:
            kind, word = self.kind(), self.word()
            if depth == 0 and cases == 0 and (kind == "SEMICOLON" or word in stops):
                break
            depth += kind in _OPEN
            depth -= kind in _CLOSE
            if depth < 0:
                break
            if word == "CASE":
                cases += 1
            elif word == "END" and cases:
                cases -= 1
            self.at += 1
        if start == self.at:
            raise self.unexpected("an expression")
        return self.source.part(self.tokens[start].start, self.tokens[self.at - 1].end + 1)

    # Statements.

    def statements(self, stop: Callable[[], bool]) -> list[nodes.Node]:
        """Statements up to a word that ends the block."""
        out: list[nodes.Node] = []
        while not self.end and not stop():
            if self.kind() == "SEMICOLON":
                self.at += 1
                continue
            out.append(self.statement())
            if not self.end and self.kind() != "SEMICOLON":
                raise self.unexpected()
        return out

    def block(self, *ends: str) -> list[nodes.Node]:
        return self.statements(lambda: self.word() in ends)

    def statement(self) -> nodes.Node:
        start = self.at
        label = ""
        if self.kind(1) == "COLON" and self.word(2) in ("BEGIN", "LOOP", "WHILE", "REPEAT", "FOR"):
            label = self.name()
            self.at += 1
        reader = _READERS.get(self.word())
        if reader is None and self.word() in _JUMPS:
            reader = _Parser.jump
        if reader is None and self.word() == "CREATE" and "PROCEDURE" in (self.word(1), self.word(3)):
            reader = _Parser.procedure
        found = reader(self, label) if reader else None
        if found is None:
            self.at = start
            text = self.until()
            return nodes.Plain(text)
        found.source = self.source.part(self.tokens[start].start, self.tokens[self.at - 1].end + 1)
        return found

    def declare(self, label: str) -> nodes.Node:
        self.need("DECLARE")
        names = [self.name()]
        while self.take(","):
            names.append(self.name())
        kind = None if self.word() == "DEFAULT" else self.until("DEFAULT")
        default = self.until() if self.take("DEFAULT") else None
        return nodes.Declare(self.source, names, kind, default)

    def set(self, label: str) -> nodes.Node:
        self.need("SET")
        if self.kind() == "L_PAREN":
            self.at += 1
            names = [self.name()]
            while self.take(","):
                names.append(self.name())
            if self.kind() != "R_PAREN":
                raise self.unexpected(")")
            self.at += 1
            several = True
        else:
            several = False
            system = ""
            while self.kind() == "PARAMETER":
                self.at += 1
                system += "@"
            names = [system + ".".join(self.path())]
        if self.kind() != "EQ":
            raise self.unexpected("=")
        self.at += 1
        return nodes.Set(self.source, names, self.until(), several)

    def if_(self, label: str) -> nodes.Node | None:
        self.need("IF")
        branches = [self._branch("ELSEIF", "ELSE", "END")]
        while self.take("ELSEIF"):
            branches.append(self._branch("ELSEIF", "ELSE", "END"))
        otherwise = self.block("END") if self.take("ELSE") else []
        self.need("END", "IF")
        return nodes.If(self.source, branches, otherwise)

    def _branch(self, *ends: str) -> tuple[Source, list[nodes.Node]]:
        condition = self.until("THEN")
        self.need("THEN")
        return condition, self.block(*ends)

    def case(self, label: str) -> nodes.Node:
        self.need("CASE")
        operand = None if self.word() == "WHEN" else self.until("WHEN")
        branches = []
        while self.take("WHEN"):
            branches.append(self._branch("WHEN", "ELSE", "END"))
        otherwise = self.block("END") if self.take("ELSE") else []
        self.need("END", "CASE")
        return nodes.Case(self.source, operand, branches, otherwise)

    def _label(self, label: str) -> None:
        if label and self.word() == label.upper():
            self.at += 1

    def loop(self, label: str) -> nodes.Node:
        self.need("LOOP")
        body = self.block("END")
        self.need("END", "LOOP")
        self._label(label)
        return nodes.Loop(self.source, body, label)

    def while_(self, label: str) -> nodes.Node:
        self.need("WHILE")
        condition = self.until("DO")
        self.need("DO")
        body = self.block("END")
        self.need("END", "WHILE")
        self._label(label)
        return nodes.Loop(self.source, body, label, before=condition)

    def repeat(self, label: str) -> nodes.Node | None:
        self.need("REPEAT")
        body = self.block("UNTIL")
        self.need("UNTIL")
        condition = self.until("END")
        self.need("END", "REPEAT")
        self._label(label)
        return nodes.Loop(self.source, body, label, until=condition)

    def for_(self, label: str) -> nodes.Node:
        self.need("FOR")
        name = self.name()
        self.need("IN")
        if self.kind() != "L_PAREN":
            raise self.unexpected("(")
        query = self.until("DO")
        self.need("DO")
        body = self.block("END")
        self.need("END", "FOR")
        self._label(label)
        return nodes.For(self.source, name, query, body, label)

    def begin(self, label: str) -> nodes.Node:
        self.need("BEGIN")
        if self.take("TRANSACTION") or self.kind() == "SEMICOLON" or self.end:
            return nodes.Transaction(self.source, "BEGIN")
        body = self.block("EXCEPTION", "END")
        handler = None
        if self.take("EXCEPTION", "WHEN", "ERROR", "THEN"):
            handler = self.block("END")
        self.need("END")
        self._label(label)
        return nodes.Block(self.source, body, handler, label)

    def commit(self, label: str) -> nodes.Node:
        kind = self.word()
        self.at += 1
        self.take("TRANSACTION")
        return nodes.Transaction(self.source, kind)

    def jump(self, label: str) -> nodes.Node:
        kind = self.word()
        self.at += 1
        target = self.name() if self.kind() not in ("SEMICOLON", "") and kind != "RETURN" else ""
        kind = {"LEAVE": "BREAK", "ITERATE": "CONTINUE"}.get(kind, kind)
        return nodes.Jump(self.source, kind, target)

    def raise_(self, label: str) -> nodes.Node:
        self.need("RAISE")
        message = None
        if self.take("USING", "MESSAGE"):
            if self.kind() != "EQ":
                raise self.unexpected("=")
            self.at += 1
            message = self.until()
        return nodes.Raise(self.source, message)

    def call(self, label: str) -> nodes.Node:
        self.need("CALL")
        path = self.path()
        return nodes.Call(self.source, path, self._arguments())

    def _arguments(self) -> list[Source]:
        if self.kind() != "L_PAREN":
            raise self.unexpected("(")
        self.at += 1
        out = []
        while self.kind() != "R_PAREN":
            out.append(self.until(","))
            if not self.take(",") and self.kind() != "R_PAREN":
                raise self.unexpected(")")
        self.at += 1
        return out

    def execute(self, label: str) -> nodes.Node:
        self.need("EXECUTE", "IMMEDIATE")
        found = nodes.Execute(self.source, self.until("INTO", "USING"))
        if self.take("INTO"):
            found.into.append(self.name())
            while self.take(","):
                found.into.append(self.name())
        if self.take("USING"):
            while True:
                value = self.until(",", "AS")
                found.using.append((value, self.name() if self.take("AS") else ""))
                if not self.take(","):
                    break
        return found

    def procedure(self, label: str) -> nodes.Node:
        self.need("CREATE")
        replace = self.take("OR", "REPLACE")
        self.need("PROCEDURE")
        exists = self.take("IF", "NOT", "EXISTS")
        path = self.path()
        arguments = []
        for argument in self._arguments():
            inner = _Parser(argument)
            mode = inner.word() if inner.word() in ("IN", "OUT", "INOUT") and len(inner.tokens) > 2 else ""
            inner.at += bool(mode)
            arguments.append((mode or "IN", inner.name(), inner.until()))
        while self.take("OPTIONS"):
            self._arguments()
        if self.word() in ("WITH", "LANGUAGE"):
            raise unsupported("procedures that are not in SQL", self.source.position(self.tokens[self.at].start))
        start = self.at
        if self.word() != "BEGIN":
            raise self.unexpected("BEGIN")
        self.begin("")
        body = self.source.part(self.tokens[start].start, self.tokens[self.at - 1].end + 1)
        return nodes.Procedure(self.source, path, arguments, body, replace, exists)


_READERS: dict[str, Callable[[_Parser, str], nodes.Node | None]] = {
    "DECLARE": _Parser.declare,
    "SET": _Parser.set,
    "IF": _Parser.if_,
    "CASE": _Parser.case,
    "LOOP": _Parser.loop,
    "WHILE": _Parser.while_,
    "REPEAT": _Parser.repeat,
    "FOR": _Parser.for_,
    "BEGIN": _Parser.begin,
    "COMMIT": _Parser.commit,
    "ROLLBACK": _Parser.commit,
    "RAISE": _Parser.raise_,
    "CALL": _Parser.call,
    "EXECUTE": _Parser.execute,
}
