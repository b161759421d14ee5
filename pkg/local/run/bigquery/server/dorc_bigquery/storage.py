"""Objects of Cloud Storage, over the local buckets' server (STORAGE_EMULATOR_HOST)."""

from __future__ import annotations

import fnmatch
import json
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from .errors import BigQueryError, invalid, not_found

_CHUNK = 1024 * 1024
# https://cloud.google.com/bigquery/docs/batch-loading-data#load-wildcards
_WILDCARD = "*"


class Storage:
    """A client of one server. Without a server every use is refused."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint.rstrip("/")

    def _need(self) -> str:
        if not self.endpoint:
            raise BigQueryError(
                "invalid", "dorc's local BigQuery was started without the local buckets, so that it can read and write no gs:// file."
            )
        return self.endpoint

    @staticmethod
    def split(uri: str) -> tuple[str, str]:
        """Bucket and object of a gs:// address."""
        if not isinstance(uri, str) or not uri.startswith("gs://"):
            raise invalid(f"Source URI must be a Google Cloud Storage location: {uri}")
        bucket, _, name = uri[5:].partition("/")
        if not bucket or not name:
            raise invalid(f"Source URI must name a bucket and an object: {uri}")
        return bucket, name

    def list(self, uri: str) -> list[str]:
        """The gs:// addresses that an address with a wildcard means, in order."""
        bucket, name = self.split(uri)
        if _WILDCARD not in name:
            return [uri]
        prefix = name.split(_WILDCARD)[0]
        found: list[str] = []
        token = ""
        while True:
            query = urllib.parse.urlencode({"prefix": prefix, **({"pageToken": token} if token else {})})
            page = json.loads(self._get(f"/storage/v1/b/{urllib.parse.quote(bucket, safe='')}/o?{query}", uri))
            found += [item["name"] for item in page.get("items", [])]
            token = page.get("nextPageToken", "")
            if not token:
                break
        pattern = name.replace("[", "[[]").replace("?", "[?]")
        names = sorted(n for n in found if fnmatch.fnmatchcase(n, pattern))
        if not names:
            raise not_found("URI", uri)
        return [f"gs://{bucket}/{n}" for n in names]

    def download(self, uri: str, to: Path) -> None:
        """Copies an object into a file."""
        bucket, name = self.split(uri)
        with self._open(
            f"/storage/v1/b/{urllib.parse.quote(bucket, safe='')}/o/{urllib.parse.quote(name, safe='')}?alt=media", uri
        ) as source, to.open("wb") as target:
            while data := source.read(_CHUNK):
                target.write(data)

    def upload(self, file: Path, uri: str, kind: str) -> None:
        """Copies a file into an object."""
        bucket, name = self.split(uri)
        query = urllib.parse.urlencode({"uploadType": "media", "name": name})
        url = f"{self._need()}/upload/storage/v1/b/{urllib.parse.quote(bucket, safe='')}/o?{query}"
        with file.open("rb") as data:
            request = urllib.request.Request(
                url, data=data, method="POST", headers={"Content-Type": kind, "Content-Length": str(file.stat().st_size)}
            )
            with self._send(request, uri) as answer:
                answer.read()

    def _get(self, path: str, uri: str) -> bytes:
        with self._open(path, uri) as answer:
            return answer.read()

    def _open(self, path: str, uri: str):
        return self._send(urllib.request.Request(self._need() + path), uri)

    def _send(self, request: urllib.request.Request, uri: str):
        try:
            # No proxy stands between this machine and itself.
            return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=600)
        except urllib.error.HTTPError as e:
            if e.code == 404:
                raise not_found("URI", uri) from None
            raise BigQueryError("invalid", f"Cloud Storage answered {e.code} for {uri}") from None
        except OSError as e:
            raise BigQueryError("invalid", f"The local Cloud Storage cannot be reached for {uri}: {e}") from None
