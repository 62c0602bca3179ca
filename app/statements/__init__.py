"""What the user says about themselves: recognised, matched to a preference, kept on a yes, and recalled."""
