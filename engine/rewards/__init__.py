"""Personalised reward models (PersRM): whatever yields φ_k(s,a) for the candidates of a state."""
