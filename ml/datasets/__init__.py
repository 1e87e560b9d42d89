"""The data sets: facts without torch, and loading onto the device. Rule: nothing is imported here."""
