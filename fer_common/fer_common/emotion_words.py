# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The words that people write for the seven emotions, in labels, folders and other programs' exports."""

import difflib

CONTEMPT = "contempt"
"""Known by its name, and none of the seven."""
FORMS = {
    "angry": ("angry", "anger", "ang"),
    "disgust": ("disgust", "disgusted", "dis"),
    "fear": ("fear", "fearful", "afraid", "scared", "frightened", "fea"),
    "happy": ("happy", "happiness", "joy", "joyful", "hap"),
    "neutral": ("neutral", "neutrality", "neu"),
    "sad": ("sad", "sadness"),
    "surprise": ("surprise", "surprised", "sur"),
    CONTEMPT: (CONTEMPT, "contemptuous"),
}
"""Each of `LABELS`, and contempt, with the words that mean it."""
_BY_WORD = {word: emotion for emotion, words in FORMS.items() for word in words}


def emotion_of(word: str) -> str | None:
    """Return what a word means, in any case: one of `LABELS`, or `CONTEMPT`; None: neither."""
    return _BY_WORD.get(word.strip().lower())


def meant(word: str) -> str:
    """Return ", did you mean '...'?" where a word is misspelt; else an empty text."""
    near = difflib.get_close_matches(word.strip().lower(), _BY_WORD, 1, 0.8)
    return f", did you mean '{near[0]}'?" if near else ""
