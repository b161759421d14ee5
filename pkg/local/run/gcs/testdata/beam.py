"""Beam's own client of Cloud Storage, and a pipeline that reads and writes there."""
import apache_beam as beam
from apache_beam.io.gcp.gcsio import GcsIO
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

io = GcsIO(pipeline_options=PipelineOptions(project="example"))
with io.open("gs://plain/beam/in-1.txt", "w") as f:
    f.write(b"x" * 20_000_000)
with io.open("gs://plain/beam/in-1.txt") as f:
    f.seek(19_999_990)
    assert f.read() == b"x" * 10
assert io.size("gs://plain/beam/in-1.txt") == 20_000_000 and io.exists("gs://plain/beam/in-1.txt")
assert not io.exists("gs://plain/absent") and io.get_bucket("absent") is None
assert io.checksum("gs://plain/beam/in-1.txt") and io.last_updated("gs://plain/beam/in-1.txt") > 0
io.copy("gs://plain/beam/in-1.txt", "gs://other/beam/copy")
io.rename("gs://other/beam/copy", "gs://other/beam/renamed")
assert [name for name, _ in io.list_files("gs://other/beam/")] == ["gs://other/beam/renamed"]
pairs = [(f"gs://other/beam/renamed", f"gs://other/beam/many/{i}") for i in range(120)]
assert all(error is None for _, _, error in io.copy_batch(pairs))
assert all(error is None for _, error in io.delete_batch([to for _, to in pairs]))
assert not io.is_soft_delete_enabled("gs://plain/")
io.delete("gs://other/beam/", recursive=True)
assert not list(io.list_files("gs://other/beam/"))

with FileSystems.create("gs://plain/words/a.txt") as f:
    f.write(b"one two\ntwo\n")
with FileSystems.create("gs://plain/words/b.txt") as f:
    f.write(b"three two\n")
options = PipelineOptions(["--runner=DirectRunner", "--project=example", "--temp_location=gs://plain/temp"])
with beam.Pipeline(options=options) as p:
    (p | beam.io.ReadFromText("gs://plain/words/*.txt") | beam.FlatMap(str.split) | beam.combiners.Count.PerElement()
     | beam.MapTuple("{}={}".format) | beam.io.WriteToText("gs://other/counts/words", num_shards=2))
found = FileSystems.match(["gs://other/counts/words-*"])[0].metadata_list
lines = sorted(b"".join(FileSystems.open(m.path).read() for m in found).decode().split())
assert len(found) == 2 and lines == ["one=1", "three=1", "two=3"], (found, lines)
print("Beam is content")
