# The live fleet in a notebook's cell.

dashboard-cell-read-only = File, read-only
dashboard-cell-nobody = Not logged in, read-only
dashboard-hours-hint-fractions = Fractions are fine: 0.5 is half an hour.
dashboard-cell-alone = Python does not answer: it is busy, or was restarted. After a restart, run this cell again.

error-panel-missing = The dashboard in a notebook needs Panel: { $detail }. Install it with “pip install panel”.
error-zone-closed = The connection is closed. Connect again and run this cell again.

# Errors in a notebook.

error-unknown-argument = There is no such argument. Known are: { $known }.
error-filter-empty = This is empty: name one, or leave it out.
error-not-a-group = This must be the name of a group or its number; it is { $found }.
error-token-malformed = This is no API token: one begins with lz_ and has Latin letters, digits and signs only, no spaces and no “…”. Copy it whole, or make another.

connect-login-required = Nobody is logged in: connect(url, token="lz_…") or connect(url, email=…, password=…). Where the server is in open mode, connect(url, email=…) is enough.
