"""The logging of one run on the local target, for Airflow 2: each record is one line for dorc."""

from __future__ import annotations

import json
import logging
import sys


# dorc reads lines of 64 KiB at most. In JSON a character takes up to 12 bytes.
LONGEST = 48 * 1024


def pieces(text: str):
    """A text in parts that fit into a line, cut at its own line ends where that is possible."""
    while len(json.dumps(text)) > LONGEST:
        part = text[: LONGEST // 12]
        end = part.rfind("\n") + 1 or len(part)
        yield text[:end]
        text = text[end:]
    yield text


class Lines(logging.StreamHandler):
    def __init__(self) -> None:
        super().__init__(sys.__stdout__)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
            sys.stdout.flush()
            for part in pieces(text):
                event = {"dorc": "log", "level": record.levelname, "logger": record.name, "message": part}
                self.stream.write(json.dumps(event) + "\n")
            self.flush()
        except Exception:
            self.handleError(record)


LOGGING_CONFIG = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask_secrets": {"()": "airflow.utils.log.secrets_masker.SecretsMasker"}},
    "handlers": {
        "console": {"class": "dorc_logging.Lines", "filters": ["mask_secrets"]},
        "task": {"class": "dorc_logging.Lines", "filters": ["mask_secrets"]},
    },
    "loggers": {"airflow.task": {"handlers": ["task"], "level": "INFO", "propagate": False, "filters": ["mask_secrets"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
