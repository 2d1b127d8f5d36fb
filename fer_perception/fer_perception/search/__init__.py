"""Where the detector looks, and which of its boxes are accepted."""
