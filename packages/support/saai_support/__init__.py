"""What tests and benchmarks both stand on: servers on this machine, Lambda's processes, DynamoDB in memory."""
