"""Bad input, by the thousand: what no person would send, and what a person sends by mistake."""
