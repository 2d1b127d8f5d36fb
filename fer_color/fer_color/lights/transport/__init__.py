"""How bytes travel to a light."""
