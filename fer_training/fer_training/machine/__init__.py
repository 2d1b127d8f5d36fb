"""What a training process needs of its machine: memory, precision, other processes, seeds."""
