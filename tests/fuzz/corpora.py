#!/usr/bin/env python3
"""Chooses from grown corpora of the fuzzer the inputs that are kept in the repository, at most 200 KB of all targets.

    python3 tests/fuzz/corpora.py PROGRAMS GROWN

PROGRAMS is the folder of the built targets (tests/fuzz/target/*/release), GROWN has a folder of inputs for each target, as
tests/fuzz/corpus has. Writes tests/fuzz/corpora/TARGET.zip, which .ci/long unpacks before it fuzzes and which every run of the
tests holds its laws against. Inputs are chosen by the features that no shorter one reaches, for each of their packed bytes.
"""

import pathlib
import subprocess
import sys
import tempfile
import zipfile
import zlib

ALL_BYTES = 195_000
MOST_INPUT_BYTES = 2_000  # longer inputs reach little that short ones do not, and fill the share
# What an archive says of a member, in its header and in its directory, beside the name given here.
MEMBER_BYTES = 30 + 46 + 2 * 3


def new_features(program, inputs, work):
    """Number of features that each input reaches and no shorter one does, by libFuzzer's merge, which writes them down."""
    control = work / "control"
    (work / "merged").mkdir()
    subprocess.run(
        [program, "-merge=1", f"-merge_control_file={control}", work / "merged", inputs],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
    )
    lines = control.read_text().splitlines()
    files = [pathlib.Path(line) for line in lines if line.startswith(str(inputs))]
    found = (line.split()[1:] for line in lines if line.startswith("FT "))
    return {files[int(number)]: len(features) for number, *features in found if features}


def chosen(reached, share):
    """The inputs with most features a byte, as long as there is room in `share`."""
    contents = {file: file.read_bytes() for file in reached}
    cost = {file: len(zlib.compress(content, 9)) + MEMBER_BYTES for file, content in contents.items()}
    short = [file for file in reached if len(contents[file]) <= MOST_INPUT_BYTES]
    kept = []
    for file in sorted(short, key=lambda file: (-reached[file] / cost[file], file.name)):
        if cost[file] <= share:
            share -= cost[file]
            kept.append(file)
    return kept


def write(path, kept):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for number, file in enumerate(kept):
            # The same day for all, so that the same inputs are the same bytes.
            member = zipfile.ZipInfo(f"{number:03}", (2026, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, file.read_bytes())


def main():
    programs, grown = map(pathlib.Path, sys.argv[1:])
    here = pathlib.Path(__file__).parent
    targets = sorted(path.stem for path in (here / "fuzz_targets").glob("*.rs"))
    (here / "corpora").mkdir(exist_ok=True)
    for target in targets:
        with tempfile.TemporaryDirectory() as work:
            reached = new_features(programs / target, grown / target, pathlib.Path(work))
        kept = chosen(reached, ALL_BYTES // len(targets))
        path = here / "corpora" / f"{target}.zip"
        write(path, kept)
        features = sum(reached[file] for file in kept)
        print(
            f"{target}: {len(kept)} of {len(reached)} inputs,",
            f"{features} of {sum(reached.values())} features, {path.stat().st_size} bytes",
        )


if __name__ == "__main__":
    main()
