"""One file a data set: its folder to faces and votes."""
