"""What stands beside the chat: conversations on the left, preferences on the right."""
