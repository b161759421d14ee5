"""Flights from files with JSON arrays to rows that are known to be right.

Reads the files of --input, of which there must be one, checks each flight, and writes
the right ones as CSV to --output and the others, with what is wrong, as JSON lines to
--rejected. When more than --max_bad_share of them are bad, the job fails; what it has
written then is not to be used.
"""

import csv
import io
import json
import logging
import re
from datetime import datetime

import apache_beam as beam
from apache_beam.io import fileio
from apache_beam.options.pipeline_options import PipelineOptions

COLUMNS = ["date", "hour", "origin", "destination", "distance_km", "delay", "late"]
AIRPORT = re.compile(r"[A-Z]{3}")
KM_PER_MILE = 1.609344


class Parameters(PipelineOptions):
    """The parameters of pipeline.yaml; metadata.json says what they may be."""

    @classmethod
    def _add_argparse_args(cls, parser):
        parser.add_argument("--input", required=True, help="the files that are read")
        parser.add_argument("--output", required=True, help="how the names of the CSV files begin")
        parser.add_argument("--rejected", required=True, help="how the names of the files with bad flights begin")
        parser.add_argument("--late_minutes", type=int, default=15, help="from this delay on a flight is late")
        parser.add_argument("--max_bad_share", type=float, default=0.05, help="more bad flights than this fail the job")


def flights(file):
    """The flights of a file."""
    found = json.loads(file.read_utf8())
    if not isinstance(found, list):
        raise ValueError(f"{file.metadata.path} has no JSON array")
    return found


def clean(flight, late_minutes):
    """A flight as a row, or a ValueError that says what is wrong with it."""
    if not isinstance(flight, dict):
        raise ValueError("it is no object")
    missing = [name for name in ("date", "delay", "distance", "origin", "destination") if flight.get(name) is None]
    if missing:
        raise ValueError("it lacks " + ", ".join(missing))
    departed = datetime.strptime(flight["date"], "%Y/%m/%d %H:%M")
    delay, distance = int(flight["delay"]), float(flight["distance"])
    if distance <= 0:
        raise ValueError(f"its distance is {distance}")
    for end in ("origin", "destination"):
        if not AIRPORT.fullmatch(flight[end]):
            raise ValueError(f"its {end} is {flight[end]!r}, which is no IATA code")
    return {
        "date": departed.date().isoformat(),
        "hour": departed.hour,
        "origin": flight["origin"],
        "destination": flight["destination"],
        "distance_km": round(distance * KM_PER_MILE),
        "delay": delay,
        "late": int(delay >= late_minutes),
    }


class Clean(beam.DoFn):
    """Sorts flights into right and bad ones."""

    def __init__(self, late_minutes):
        self.late_minutes = late_minutes

    def process(self, flight):
        try:
            yield clean(flight, self.late_minutes)
        except (ValueError, TypeError) as error:
            yield beam.pvalue.TaggedOutput("bad", {"flight": flight, "error": str(error)})


def line(row):
    """A row as a line of CSV."""
    out = io.StringIO()
    csv.DictWriter(out, COLUMNS, lineterminator="").writerow(row)
    return out.getvalue()


def check_share(bad, good, most):
    """Fails when too many flights are bad."""
    total = good + bad
    logging.info("%d flights, %d of them bad", total, bad)
    if bad > most * total:
        raise ValueError(f"{bad} of {total} flights are bad, more than {most:.0%}")


def main():
    options = PipelineOptions(save_main_session=True)
    parameters = options.view_as(Parameters)
    with beam.Pipeline(options=options) as pipeline:
        rows = (
            pipeline
            | "Find files" >> fileio.MatchFiles(parameters.input, fileio.EmptyMatchTreatment.DISALLOW)
            | "Open files" >> fileio.ReadMatches()
            | "Read flights" >> beam.FlatMap(flights)
            | "Clean" >> beam.ParDo(Clean(parameters.late_minutes)).with_outputs("bad", main="good")
        )
        (
            rows.good
            | "As CSV" >> beam.Map(line)
            | "Write" >> beam.io.WriteToText(parameters.output, file_name_suffix=".csv", header=",".join(COLUMNS))
        )
        (
            rows.bad
            | "As JSON" >> beam.Map(json.dumps)
            | "Write the bad" >> beam.io.WriteToText(parameters.rejected, file_name_suffix=".jsonl", skip_if_empty=True)
        )
        good = rows.good | "Count the right" >> beam.combiners.Count.Globally()
        (
            rows.bad
            | "Count the bad" >> beam.combiners.Count.Globally()
            | "Check their share" >> beam.Map(check_share, beam.pvalue.AsSingleton(good), parameters.max_bad_share)
        )


if __name__ == "__main__":
    logging.getLogger().setLevel(logging.INFO)
    main()
