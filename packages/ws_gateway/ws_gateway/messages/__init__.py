"""What a screen sends, and the replies."""
