"""What a history says in a range, drawn: the report, the scheduled ones, and what answers the Analytics page."""
