"""What every Lambda handler stands on: the entry point, its log line and metrics, and the answer to an error."""
