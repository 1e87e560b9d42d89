"""What answers look like, for the API's description. Rule: nothing is made of them, tests hold to them."""
