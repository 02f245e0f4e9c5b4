"""The protocol: requests as the SDK sends them, answers as the service gives them."""
