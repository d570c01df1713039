"""``gbsmart testdata``: sets of test messages as files, with the keys that they were made with."""

from __future__ import annotations

import csv
import io
import json
import os
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gbsmart.ground import InvalidValue
from gbsmart.keys import export_folder, import_folder
from gbsmart.testdata.scene import NOW, Scene, own_scene, scene_of
from gbsmart.testdata.sets import Fact, Made, files_of

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[USE_CASE|VARIANT]...", help="For what; for everything, where none is named."),
]
Out = Annotated[Path, typer.Option("--out", "-o", help="The folder to write.")]
Keys = Annotated[
    Path | None,
    typer.Option("--keys", help="The folder of a key set.  [default: one is made and written beside]"),
]
Seed = Annotated[
    int | None,
    typer.Option(help="Make the same keys again, from this number: whoever knows it has every private key."),
]
Clock = Annotated[datetime | None, typer.Option(help="When the messages are exchanged (UTC).")]


def write(
    names: Names = None,
    out: Out = Path("testdata"),
    keys: Keys = None,
    seed: Seed = None,
    clock: Clock = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write matched sets of test messages: request, Pre-Command, Command, responses, alerts, MMC.

    They have the names of the official reference test data. rtds holds GBCS messages, duis-requests what
    the User sends, duis-responses what the DCC tells it, mmc answers as the User reads them. Beside them
    stand: spoilt, with messages that are wrong in one thing; keystore, with the keys of all parties and
    devices; facts.csv, with what the requests do not say; and contents.json, which lists the messages.
    Devices of which --keys holds no private keys get new ones. The keys are for tests: they are in the
    clear, those of --keys too.

    Check them with gbsmart conformance rtds and gbsmart conformance duis.
    JSON: {"out", "files", "scenarios", "missing": [{"what", "because"}]}.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InvalidValue(f"{out} is there already", field="out", remedy="Choose a new folder with --out.")
    scene = _scene(keys, seed, clock)
    made = Made()
    out.mkdir(parents=True, exist_ok=True)
    written: list[dict[str, Any]] = []
    for file in files_of(scene, names or (), made):
        path = out / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        about = {"wrong": file.wrong, "due": file.due} if file.wrong else {}
        written.append({"file": file.path, **about})
    export_folder(scene.entries, out / "keystore", private_keys=True)
    (out / "facts.csv").write_text(_table(made.facts), "utf-8")
    summary = {
        "out": str(out),
        "files": len(written),
        "scenarios": len(made.scenarios),
        "missing": [each._asdict() for each in made.missing],
    }
    contents = {"made_at": scene.now.isoformat(), "files": written, "missing": summary["missing"]}
    (out / "contents.json").write_text(json.dumps(contents, indent=2), "utf-8")
    if as_json:
        typer.echo(json.dumps(summary, indent=2))
        return
    typer.echo(f"{out}: {len(written)} files, {len(made.scenarios)} scenarios.")
    for each in made.missing:
        typer.echo(f"not made: {each.what}: {each.because}")


def _scene(keys: Path | None, seed: int | None, clock: datetime | None) -> Scene:
    octets = os.urandom if seed is None else random.Random(seed).randbytes  # noqa: S311 - on purpose
    moment = clock.replace(tzinfo=UTC) if clock else None  # the option takes no zone
    if keys is not None:
        return scene_of(import_folder(keys), octets, moment)
    return own_scene(octets, moment or NOW)


def _table(facts: list[Fact]) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(Fact._fields)
    rows.writerows(facts)
    return text.getvalue()
