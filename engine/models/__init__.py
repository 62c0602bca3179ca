"""Model files on this computer and elsewhere: what they are, whether they fit, where to get them."""
