"""The booking history as columns: read, filtered, kept, and written to files."""
