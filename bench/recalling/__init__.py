"""What a detector's recall is counted on, and how: backgrounds, pasted faces, tallies."""
