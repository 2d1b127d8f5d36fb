"""Photographs and videos to a table of answers, and pictures with the answers drawn in."""
