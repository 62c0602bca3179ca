"""The application: assistant, terminal and window. The only package that imports engine and memory."""
