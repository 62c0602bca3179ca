"""The conversation on screen: transcript, replies, composer. Asks the assistant only through its controller."""
