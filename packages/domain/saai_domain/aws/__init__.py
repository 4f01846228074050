"""Adapters between the domain and AWS. Only these modules import botocore."""
