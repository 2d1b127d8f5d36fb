"""Lights over UDP: DDP, E1.31 and Art-Net."""
