"""What `loadzone.connect` gives: a zone at a URL or in a file, its tables, feed, figures and dashboard."""
