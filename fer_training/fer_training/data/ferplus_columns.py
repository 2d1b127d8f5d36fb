"""The seven emotions in the order of the messages and of the model file, and FER+'s own order."""

LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
"""fer_msgs/EmotionDistribution's order."""

FERPLUS_COLUMNS = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
    "unknown",
    "NF",
)
"""The ten vote columns of FER+'s files, in their order."""

FERPLUS_INDEX = (4, 5, 6, 1, 0, 3, 2)
"""Where each of `LABELS` stands among `FERPLUS_COLUMNS`."""
