"""What others can install for the same task, each in an environment of its own."""
