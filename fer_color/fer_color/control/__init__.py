"""What a person asks of the light."""
