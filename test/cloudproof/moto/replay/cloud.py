"""Clients of one moto server, and IDs that it gave."""

import functools
from typing import Any

import boto3
import botocore.config


class Cloud:
    """Clients of every service. Credentials are moto's; nothing else is asked."""

    def __init__(self, endpoint: str, region: str) -> None:
        self.region = region
        self._session = boto3.session.Session("replay", "replay", region_name=region)
        self._config = botocore.config.Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
        self._endpoint = endpoint
        # ids has moto's ID of each resource that has a made-up one in the recordings.
        self.ids: dict[str, str] = {}

    @functools.cache
    def client(self, service: str) -> Any:
        """The client of a service."""
        return self._session.client(service, endpoint_url=self._endpoint, config=self._config)

    def real(self, made_up: str) -> str:
        """Moto's ID for one of the recordings."""
        return self.ids.get(made_up, made_up)
