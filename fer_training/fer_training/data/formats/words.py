# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""FER2013's own labels for FER+'s images: the emotion's word under which each picture was found on the web.

FER+'s votes say what people see in a face; this word says, noisily, what was meant. `fer2013_words.csv` beside FER+'s
folders has the columns usage (Training, PublicTest, PrivateTest), image (FER+'s name) and word (angry, …, surprise);
images that it does not name have none.
"""

import csv
from pathlib import Path

from fer_common.emotions import LABELS
from fer_training.errors import TrainingError

WORDS_FILE = "fer2013_words.csv"
COLUMNS = ("usage", "image", "word")
USAGES = {"Training": "train", "PublicTest": "valid", "PrivateTest": "test"}


def read_words(root: Path, split: str) -> dict[str, int]:
    """Each image's word in one split, 0 to 6 in the messages' order, by the image's name; empty without the file.

    Raises:
        TrainingError: a line is odd; it names the line.
    """
    path = root / WORDS_FILE
    if not path.is_file():
        return {}
    try:
        rows = list(csv.reader(path.read_text().splitlines()))
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise TrainingError(f"{WORDS_FILE} is no text in CSV ({error}); fetch it again") from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise TrainingError(f"{WORDS_FILE} must begin with '{','.join(COLUMNS)}'; fetch it again")
    words = {}
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(COLUMNS) or row[0] not in USAGES or row[2] not in LABELS:
            raise TrainingError(
                f"{WORDS_FILE}, line {number}: expected one of {', '.join(USAGES)}, an image's name and one of "
                f"{', '.join(LABELS)}"
            )
        if USAGES[row[0]] == split:
            words[row[1]] = LABELS.index(row[2])
    return words
