"""The domain that all SAAI services share, and the content of the Lambda layer.

The modules at this level are pure: values and decisions, with the clock passed in.
``saai_domain.aws`` holds the adapters that talk to AWS.
"""
