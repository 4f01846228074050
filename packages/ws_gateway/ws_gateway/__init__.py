"""The WebSocket gateway: one module per Lambda, named as the function, and the logic that they share."""

from saai_domain.handlers.start import start

start()
