"""Functions as Lambda runs them: zips and layer unpacked, AWS's runtime client, and the Runtime API that it asks."""
