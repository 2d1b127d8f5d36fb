"""Messages to what the page shows, and what a person may ask of the nodes."""
