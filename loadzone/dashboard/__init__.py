"""The dashboard: a thin Panel page whose table lives in the browser and whose actions are decided in Python."""
