"""The engine: llama.cpp, rewards and guidance. It runs in its own process and knows neither Qt nor the database."""
