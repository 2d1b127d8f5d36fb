"""What the nodes of all packages share: how they are spun, start themselves, and read stamps and interfaces."""
