"""What LoadZone knows: values, facts, rules and errors, with no I/O, no clock and no framework."""
