"""What Google's client does, against a server at STORAGE_EMULATOR_HOST with the
buckets plain and other. Everything here is true of fake-gcs-server too."""
import io
import os

from google.api_core.exceptions import NotFound, PreconditionFailed
from google.cloud import storage

client = storage.Client(project="example")
plain = client.bucket("plain")


def raises(kind, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except kind as e:
        return e
    raise SystemExit(f"{f} did not raise {kind}")


# One request, several requests, a stream of unknown length.
blob = plain.blob("a/b.txt")
blob.metadata = {"who": "me", "TwoWords": "x"}
blob.upload_from_string("hello", content_type="text/plain", checksum="crc32c")
got = plain.get_blob("a/b.txt")
assert (got.size, got.content_type, got.metadata) == (5, "text/plain", {"who": "me", "TwoWords": "x"}), got._properties
assert got.md5_hash == "XUFAKrxLKna5cZ2REBfFkg==" and got.crc32c == "mnG7TA==", got._properties
assert got.generation and got.metageneration == 1 and got.updated
assert plain.blob("a/b.txt").download_as_bytes(start=1, end=3) == b"ell"
assert plain.blob("a/b.txt").download_as_text() == "hello"
assert plain.blob("empty").upload_from_string("") is None and plain.blob("empty").download_as_bytes() == b""

big = os.urandom(3 * 1024 * 1024 + 17)
chunked = plain.blob("big", chunk_size=1024 * 1024)
chunked.upload_from_file(io.BytesIO(big), size=len(big), content_type="application/x-big")
assert plain.blob("big").download_as_bytes(checksum="md5") == big
assert plain.blob("big", chunk_size=512 * 1024).download_as_bytes() == big
with plain.blob("stream").open("wb", chunk_size=256 * 1024) as f:
    for i in range(5):
        f.write(big[i * 100_000 : (i + 1) * 100_000])
with plain.blob("stream").open("rb", chunk_size=64 * 1024) as f:
    assert f.read() == big[:500_000]
with plain.blob("stream").open("rb") as f:
    f.seek(499_990)
    assert f.read() == big[499_990:500_000]

# Lists.
for i in range(5):
    plain.blob(f"page/{i % 2}/{i}").upload_from_string("x")
names = [b.name for b in client.list_blobs("plain", prefix="page/")]
assert names == ["page/0/0", "page/0/2", "page/0/4", "page/1/1", "page/1/3"], names
folders = client.list_blobs("plain", prefix="page/", delimiter="/")
assert list(folders) == [] and sorted(folders.prefixes) == ["page/0/", "page/1/"]
assert [b.name for b in client.list_blobs("plain", start_offset="page/0/2", end_offset="page/1/3")] == ["page/0/2", "page/0/4", "page/1/1"]

# Copies, compositions, changes, ends.
plain.copy_blob(plain.blob("a/b.txt"), client.bucket("other"), "copied")
copied = client.bucket("other").get_blob("copied")
assert copied.metadata["who"] == "me" and copied.content_type == "text/plain" and copied.download_as_bytes() == b"hello"
token, done, total = client.bucket("other").blob("rewritten").rewrite(plain.blob("big"))
assert token is None and done == total == len(big)
joined = plain.blob("joined")
joined.content_type = "text/x-joined"
joined.compose([plain.blob("a/b.txt"), plain.blob("empty"), plain.blob("a/b.txt")])
assert joined.download_as_bytes() == b"hellohello" and plain.get_blob("joined").content_type == "text/x-joined"
got.metadata = {"who": "you"}
got.patch()
assert plain.get_blob("a/b.txt").metadata["who"] == "you"
plain.blob("joined").delete()
assert not plain.blob("joined").exists() and plain.blob("big").exists()
raises(NotFound, plain.blob("joined").delete)
raises(NotFound, plain.blob("joined").download_as_bytes)
assert plain.get_blob("joined") is None

# Only when there is none.
raises(PreconditionFailed, plain.blob("a/b.txt").upload_from_string, "other", if_generation_match=0)
plain.blob("new").upload_from_string("1", if_generation_match=0)
new = plain.get_blob("new")
plain.blob("new").upload_from_string("2", if_generation_match=new.generation)
assert plain.blob("new").download_as_bytes() == b"2"

# Buckets.
assert sorted(b.name for b in client.list_buckets()) == ["other", "plain"]
assert client.lookup_bucket("absent") is None and client.get_bucket("plain").exists()
raises(NotFound, client.bucket("absent").blob("x").upload_from_string, "x")
raises(NotFound, lambda: list(client.list_blobs("absent")))
print("the client is content")
