"""What LoadZone does: stores, the service of use cases, accounts and the scheduler."""
