"""The WebSocket gateway: one module per Lambda, named as the function, and the logic that they share."""
