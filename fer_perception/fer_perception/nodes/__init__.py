"""What the three nodes are made of."""
