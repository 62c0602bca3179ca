"""How Attune looks: markdown to text blocks, themes, icons. Knows neither conversations nor preferences."""
