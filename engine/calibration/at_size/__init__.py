"""A calibration at size: thousands of replies side by side in torch, for a computer with a GPU that torch can use."""
