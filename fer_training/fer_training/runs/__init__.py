"""What a run folder keeps, and how a run goes on from it."""
