"""What the local cloud's server does besides: names that are no files, pages, conditions
everywhere, batches, versions, refusals."""
import os
import urllib.request

from google.api_core.exceptions import BadRequest, Forbidden, NotFound, PreconditionFailed
from google.cloud import storage

client = storage.Client(project="example")
plain = client.bucket("plain")
host = os.environ["STORAGE_EMULATOR_HOST"]


def raises(kind, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except kind as e:
        return str(e)
    raise SystemExit(f"{f} did not raise {kind}")


for b in list(client.list_blobs("plain")):
    b.delete()
odd = ["a", "a/", "a/b/c", "../../escape", "/lead", "x//y", "100%", "100%25", "sp ace+plus&amp", "ünï/cödé", "dot/./dot", "tab\tnew", "back\\slash", "%2F", "a%", "q?x=1#f", "o/rewriteTo/b"]
for k in odd:
    plain.blob(k).upload_from_string(k.encode())
for k in odd:
    assert plain.blob(k).download_as_bytes() == k.encode(), k
    assert plain.get_blob(k).name == k
    plain.blob("copies/" + k).rewrite(plain.blob(k))
assert [b.name for b in client.list_blobs("plain", prefix="copies/")] == sorted(("copies/" + k for k in odd), key=lambda k: k.encode())
listed = [b.name for b in client.list_blobs("plain", page_size=3) if not b.name.startswith("copies/")]
assert listed == sorted(odd, key=lambda k: k.encode()), listed
pages = [len(list(p)) for p in client.list_blobs("plain", page_size=10).pages]
assert pages == [10, 10, 10, 4], pages
walk = client.list_blobs("plain", delimiter="/", page_size=2)
direct = [b.name for b in walk]
assert set(walk.prefixes) == {"/", "../", "a/", "copies/", "dot/", "o/", "x/", "ünï/"}, walk.prefixes
assert direct == ["%2F", "100%", "100%25", "a", "a%", "back\\slash", "q?x=1#f", "sp ace+plus&amp", "tab\tnew"], direct
with_marks = client.list_blobs("plain", delimiter="/", include_trailing_delimiter=True)
assert "a/" in [b.name for b in with_marks]
for k in ["..", "."]:
    assert "Invalid object name" in raises(BadRequest, plain.blob(k).upload_from_string, "x")
assert "255 bytes" in raises(BadRequest, plain.blob("x" * 300).upload_from_string, "x")
assert "too long" in raises(BadRequest, plain.blob("x/" * 600).upload_from_string, "x")

# A batch.
with client.batch():
    for k in odd:
        plain.blob("copies/" + k).delete()
assert not list(client.list_blobs("plain", prefix="copies/"))
batch = client.batch(raise_exception=False)
with batch:
    plain.blob("a").delete()
    plain.blob("absent").delete()
assert [r.status_code for r in batch._responses] == [204, 404]

# Conditions.
plain.blob("c").upload_from_string("1")
first = plain.get_blob("c")
plain.blob("c").upload_from_string("2")
second = plain.get_blob("c")
assert second.generation > first.generation
raises(PreconditionFailed, plain.blob("c").delete, if_generation_match=first.generation)
raises(PreconditionFailed, plain.blob("c").rewrite, plain.blob("a/"), if_generation_match=0)
raises(PreconditionFailed, plain.blob("d").rewrite, plain.blob("c"), if_source_generation_match=first.generation)
raises(PreconditionFailed, plain.blob("c").compose, [plain.blob("a/")], if_generation_match=0)
raises(PreconditionFailed, plain.blob("c").download_as_bytes, if_generation_match=first.generation)
big = plain.blob("c", chunk_size=256 * 1024)
raises(PreconditionFailed, big.upload_from_string, "x" * 300_000, if_generation_match=0)
second.metadata = {"k": "v", "w": "x"}
second.patch()
assert second.metageneration == 2 and second.generation == plain.get_blob("c").generation
second.metadata = {"w": None}
second.content_type = None
second.patch()
again = plain.get_blob("c")
assert again.metadata == {"k": "v"} and again.content_type == "application/octet-stream", again._properties
raises(PreconditionFailed, second.patch, if_metageneration_match=1)
assert second.etag != first.etag
raises(NotFound, plain.blob("c", generation=first.generation).download_as_bytes)

# Versions.
kept = client.bucket("kept")
for text in ["1", "22"]:
    kept.blob("v").upload_from_string(text)
both = list(client.list_blobs("kept", versions=True))
assert [b.size for b in both] == [1, 2], both
assert kept.blob("v", generation=both[0].generation).download_as_bytes() == b"1"
kept.blob("v").delete()
assert kept.get_blob("v") is None and len(list(client.list_blobs("kept", versions=True))) == 2
kept.blob("v", generation=both[1].generation).delete()
assert [b.size for b in client.list_blobs("kept", versions=True)] == [1]

# A wrong sum, another range, gzip.
bad = plain.blob("bad")
bad.crc32c = "AAAAAA=="
assert "CRC32C" in raises(BadRequest, bad.upload_from_string, "hello", checksum=None)
assert not plain.blob("bad").exists()
import gzip

packed = plain.blob("packed")
packed.content_encoding = "gzip"
packed.upload_from_string(gzip.compress(b"unpacked"), content_type="text/plain")
assert packed.download_as_bytes() == b"unpacked"
assert packed.download_as_bytes(raw_download=True)[:2] == b"\x1f\x8b"
assert urllib.request.urlopen(f"{host}/plain/packed").read() == b"unpacked"
assert urllib.request.urlopen(f"{host}/plain/x//y").read() == b"x//y"  # the XML API's download

# What is not here says so.
assert "applying a stack" in raises(Forbidden, client.create_bucket, "another")
assert "applying a stack" in raises(Forbidden, plain.delete)
assert "matchGlob" in raises(BadRequest, lambda: list(client.list_blobs("plain", match_glob="*")))
assert "uniform bucket-level access" in raises(BadRequest, plain.blob("acl").upload_from_string, "x", predefined_acl="publicRead")
print("the rest too")
