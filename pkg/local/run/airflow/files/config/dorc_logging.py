"""The logging of one run on the local target, for Airflow 2: each record is one line for dorc."""

from __future__ import annotations

import json
import logging
import sys


class Lines(logging.StreamHandler):
    def __init__(self) -> None:
        super().__init__(sys.__stdout__)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = json.dumps(
                {"dorc": "log", "level": record.levelname, "logger": record.name, "message": self.format(record)}
            )
            sys.stdout.flush()
            self.stream.write(line + "\n")
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
